import { search, type SearchOptions } from '@1688/catalog';
import type { Database } from '@1688/db';
import type { Figure } from '../benchmark.ts';
import { figureOf } from '../interleaved.ts';
import { elapsedMs, percentiles } from './latency.ts';

const pageSize = 20;
const stepSize = 200;
/** So that a search with slow pages cannot make the walk last for hours; what was reached is told. */
const longestWalkMs = 60_000;

export interface DepthOptions {
  /** Rows that lie before the deep page, a multiple of 200; fewer when a minute of walking did not lead there. */
  readonly depth: number;
  readonly runs: number;
  readonly signal: AbortSignal;
}

/**
 * The first page and the one behind `depth` rows, in turns, in the order of sales; figures `NAME 0`, `NAME deep` and `NAME depth`.
 * @returns also the offers on the way, to be compared with what they should be
 */
export async function depths(db: Database, name: string, text: string, { depth, runs, signal }: DepthOptions): Promise<{ figures: Figure[]; passed: string[] }> {
  const asked: SearchOptions = { exact: true, sort: 'sold' };
  const passed: string[] = [];
  let cursor: string | null = null;
  const since = performance.now();
  while (passed.length < depth && performance.now() - since < longestWalkMs) {
    signal.throwIfAborted();
    const { items, nextCursor }: Awaited<ReturnType<typeof search>> = await search(db, text, { ...asked, cursor, limit: stepSize });
    passed.push(...items.map(({ offerId }) => offerId));
    if (nextCursor === null) throw new Error(`Expected ${depth} products for "${text}", found ${passed.length}.`);
    cursor = nextCursor;
  }
  const [first, deep]: [number[], number[]] = [[], []];
  for (let run = 0; run <= runs; run += 1) {
    signal.throwIfAborted();
    const times = [await elapsedMs(() => search(db, text, { ...asked, limit: pageSize })), await elapsedMs(() => search(db, text, { ...asked, limit: pageSize, cursor }))];
    if (run > 0) [first, deep].forEach((list, index) => list.push(times[index] ?? Number.NaN));
  }
  return { figures: [percentiles(`${name} 0`, first), percentiles(`${name} deep`, deep), figureOf(`${name} depth`, [passed.length], 'rows')], passed };
}
