import { search } from '@1688/catalog';
import type { Database } from '@1688/db';
import { randomOf } from '../offers/random.ts';
import type { HeldTitles } from './held-titles.ts';
import { firstPage } from './latency.ts';
import type { ClassName, Query } from './query-classes.ts';

/** Two connections: correctness, not time, is measured here. */
const atOnce = 2;
const longest = 8;

export interface Exactness {
  readonly recall: number;
  readonly precision: number;
  /** Queries whose set of titles was not that of LIKE. */
  readonly wrong: readonly string[];
}

/**
 * Asks for `count` random substrings of titles, of two to eight characters and with whatever stands in them but quotes and blanks at
 * their ends, page after page, and compares the sets with `like '%…%'` over folded titles, told by one pass over them in memory.
 */
export async function exactness(db: Database, held: HeldTitles, count: number, signal: AbortSignal): Promise<Exactness> {
  const texts = substrings(held, count);
  const folded = (await db.knex.raw('select ??.fold(text) as folded from unnest(?::text[]) with ordinality as t (text, place) order by place', [db.schema, texts])) as { rows: { folded: string }[] };
  const sums = { found: 0, right: 0, expected: 0 };
  const wrong: string[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let place = next++; place < count; place = next++) {
      signal.throwIfAborted();
      const text = texts[place] ?? '';
      const expected = new Set(held.holding([folded.rows[place]?.folded ?? '']).map((row) => held.offerId(row)));
      const found = await allFound(db, text);
      const right = found.filter((offerId) => expected.has(offerId)).length;
      sums.found += found.length;
      sums.right += right;
      sums.expected += expected.size;
      if (found.length !== expected.size || right !== expected.size) wrong.push(text);
    }
  }));
  return { recall: share(sums.right, sums.expected), precision: share(sums.right, sums.found), wrong };
}

/**
 * The share of first pages that are those of LIKE in the order of sales.
 * @param queries of exact classes
 */
export async function rightFirstPages(db: Database, held: HeldTitles, queries: readonly (readonly [ClassName, Query])[], signal: AbortSignal): Promise<number> {
  let right = 0;
  for (const [className, query] of queries) {
    signal.throwIfAborted();
    const items = await firstPage(db, className, query);
    if (items.map(({ offerId }) => offerId).join() === held.bestSold(held.holding(query.terms), 20).join()) right += 1;
  }
  return share(right, queries.length);
}

async function allFound(db: Database, text: string): Promise<string[]> {
  const found: string[] = [];
  // Blanks end a term and a minus excludes one, unless they are quoted.
  const asked = /^-|\s/u.test(text) ? `"${text}"` : text;
  let cursor: string | null = null;
  do {
    const { items, nextCursor, mode }: Awaited<ReturnType<typeof search>> = await search(db, asked, { exact: true, sort: 'sold', limit: 200, cursor });
    if (mode !== 'exact') throw new Error(`Expected "${text}" to be searched exactly, received mode ${mode}.`);
    found.push(...items.map(({ offerId }) => offerId));
    cursor = nextCursor;
  } while (cursor !== null);
  return found;
}

function substrings(held: HeldTitles, count: number): string[] {
  const random = randomOf(19_880);
  const found: string[] = [];
  while (found.length < count) {
    const letters = [...held.title(random.below(held.count))];
    const length = 2 + random.below(longest - 1);
    const start = random.below(Math.max(1, letters.length - length + 1));
    const text = letters.slice(start, start + length).join('');
    // Edge blanks are kept out because nobody types them; quotes because they mean something.
    if (text.trim() === text && [...text].length >= 2 && !/["“”]/u.test(text)) found.push(text);
  }
  return found;
}

/** Not rounded up to 1: one missing title of a million is to be seen. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.floor((part / whole) * 1e6) / 1e6;
}
