import type { Database } from '@1688/db';

const rowsAtOnce = 50_000;

/** All titles of a store in memory: what is found can be compared with one pass over them instead of another query. */
export interface HeldTitles {
  readonly count: number;
  offerId(row: number): string;
  title(row: number): string;
  folded(row: number): string;
  /** The rows whose folded title holds each of the folded terms: those of `like '%…%'`. */
  holding(terms: readonly string[]): number[];
  /** So many of these rows, the best sold first, and the newer of two. */
  bestSold(rows: readonly number[], limit: number): string[];
}

/** Reads every product of a store; the ids rise with the rows. */
export async function heldTitles(db: Database, signal: AbortSignal): Promise<HeldTitles> {
  const [offerIds, titles, foldeds, sold] = [[] as string[], [] as string[], [] as string[], [] as number[]];
  for (let last = '0'; ;) {
    signal.throwIfAborted();
    const { rows } = (await db.knex.raw(
      `select id, source_id, title, translate(??.fold(title), E'\\n', ' ') as folded, sold_quantity::float8 as sold from ??.products where id > ? and deleted_at is null order by id limit ${rowsAtOnce}`,
      [db.schema, db.schema, last])) as { rows: { id: string; source_id: string; title: string; folded: string; sold: number | null }[] };
    for (const row of rows) {
      offerIds.push(row.source_id);
      titles.push(row.title);
      foldeds.push(row.folded);
      sold.push(row.sold ?? -1);
    }
    last = rows.at(-1)?.id ?? last;
    if (rows.length < rowsAtOnce) break;
  }
  const text = foldeds.join('\n');
  const starts = startsOf(foldeds);
  const at = (list: readonly string[], row: number): string => list[row] ?? '';
  return {
    count: offerIds.length,
    offerId: (row) => at(offerIds, row),
    title: (row) => at(titles, row),
    folded: (row) => at(foldeds, row),
    holding([first = '', ...others]) {
      const found: number[] = [];
      for (let position = text.indexOf(first); position >= 0 && found.length < starts.length;) {
        const row = rowAt(starts, position);
        if (others.every((other) => at(foldeds, row).includes(other))) found.push(row);
        const next = starts[row + 1];
        position = next === undefined ? -1 : text.indexOf(first, next);
      }
      return found;
    },
    bestSold: (rows, limit) => rows.toSorted((a, b) => (sold[b] ?? -1) - (sold[a] ?? -1) || b - a).slice(0, limit).map((row) => at(offerIds, row)),
  };
}

/** Where each title begins when all are joined by one character. */
function startsOf(titles: readonly string[]): Uint32Array {
  const starts = new Uint32Array(titles.length);
  let start = 0;
  for (const [row, title] of titles.entries()) {
    starts[row] = start;
    start += title.length + 1;
  }
  return starts;
}

function rowAt(starts: Uint32Array, position: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
