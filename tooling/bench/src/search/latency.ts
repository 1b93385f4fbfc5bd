import { search } from '@1688/catalog';
import type { Database } from '@1688/db';
import { figureOf } from '../interleaved.ts';
import type { Figure } from '../benchmark.ts';
import type { TitleTable } from '../peers/title-table.ts';
import { classNames, type ClassName, type Query } from './query-classes.ts';

/** We are fast enough to be asked this often while a scan is waited for once. */
export const oursPerRound = 8;
/** pg_trgm reads its whole index for short queries, slower than a scan: it takes part in every second round. */
const trigramsEvery = 2;
const pageSize = 20;

/** First pages in the order of sales, which is the same question to everybody; a ranked query takes the default instead. */
export function firstPage(db: Database, className: ClassName, { text }: Query): Promise<readonly { offerId: string }[]> {
  const asked = className === 'ranked' ? search(db, text, { limit: pageSize }) : search(db, text, { exact: true, sort: 'sold', limit: pageSize });
  return asked.then(({ items }) => items);
}

export interface LatencyOptions {
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly say: (sentence: string) => void;
}

/** Times of all that answer, in turns; figures are named `ours CLASS`, `ilike CLASS`, `trgm CLASS`, and for exact classes `relevance CLASS` in our default order. */
export async function latencies(db: Database, table: TitleTable, queries: Readonly<Record<ClassName, readonly Query[]>>, { rounds, signal, say }: LatencyOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const className of classNames) {
    const asked = queries[className];
    await readThrough(db);
    const taken = { ours: [] as number[], relevance: [] as number[], ilike: [] as number[], trgm: [] as number[] };
    for (let round = 0; round <= rounds; round += 1) {
      signal.throwIfAborted();
      // The first round warms up and is thrown away.
      const keep = (list: number[], timed: number): unknown => round > 0 && list.push(timed);
      for (let turn = 0; turn < oursPerRound; turn += 1) {
        const query = at(asked, turn * rounds + round);
        keep(taken.ours, await elapsedMs(() => firstPage(db, className, query)));
        if (className !== 'ranked') keep(taken.relevance, await elapsedMs(() => search(db, query.text, { exact: true, limit: pageSize })));
      }
      const query = at(asked, round);
      keep(taken.ilike, await elapsedMs(() => table.scan(query)));
      const { trigrams } = table;
      if (trigrams && round % trigramsEvery === rounds % trigramsEvery) keep(taken.trgm, await elapsedMs(() => trigrams(query)));
    }
    for (const [who, values] of Object.entries(taken)) if (values.length > 0) figures.push(percentiles(`${who} ${className}`, values));
    say(figures.filter(({ who }) => who.endsWith(` ${className}`)).map(({ who, median, p95, p99 }) => `${who}: ${median} / ${p95} / ${p99} ms`).join(', '));
  }
  return figures;
}

/** ILIKE keeps its table in the system's cache by reading all of it each time: ours shall lie there, too, when its turn comes. */
async function readThrough(db: Database): Promise<void> {
  await db.knex.raw('select count(title) from ??.products', [db.schema]);
}

function at(queries: readonly Query[], position: number): Query {
  const query = queries[position % queries.length];
  if (query === undefined) throw new Error('Expected queries of each class, received none.');
  return query;
}

export async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Median, p95 and p99 of times, by nearest rank. */
export function percentiles(who: string, values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number => Number((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN).toPrecision(4));
  return { ...figureOf(who, values, 'ms'), p95: rank(0.95), p99: rank(0.99) };
}
