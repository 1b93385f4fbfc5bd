import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { search, searchSorts, type SearchOptions } from '@1688/catalog';
import type { Database } from '@1688/db';
import type { Figure } from '../benchmark.ts';
import { randomOf } from '../offers/random.ts';
import type { HeldTitles } from './held-titles.ts';
import { elapsedMs, percentiles } from './latency.ts';
import { oddQuery } from './odd-queries.ts';

export interface Fuzz {
  readonly figures: Figure[];
  /** Texts that ended with an error, and the slowest one. */
  readonly failed: readonly string[];
  readonly slowest: string;
  readonly slowestMs: number;
}

/** Every real query of `queries/queries.txt` below `data` as it is or made odd, else titles likewise, in every mode and order: how long each takes. */
export async function fuzz(db: Database, held: HeldTitles, { data, count, signal }: { data: string | null; count: number; signal: AbortSignal }): Promise<Fuzz> {
  const random = randomOf(20_000);
  const file = data === null ? null : path.join(data, 'queries/queries.txt');
  const lines = file !== null && existsSync(file) ? (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '') : null;
  const times: number[] = [];
  const failed: string[] = [];
  let slowest = { text: '', ms: 0 };
  for (let number = 0; number < count; number += 1) {
    signal.throwIfAborted();
    const plain = lines === null ? held.title(random.below(held.count)) : (lines[number % lines.length] ?? '');
    const text = random.below(2) === 0 ? plain : oddQuery(plain, random);
    const options: SearchOptions = { mode: random.of(['auto', 'auto', 'exact', 'ranked'] as const), sort: random.of(['relevance', 'relevance', ...searchSorts] as const), limit: random.of([1, 20, 200]) };
    const ms = await elapsedMs(() => search(db, text, options).catch((error: unknown) => failed.push(`${JSON.stringify(text)}: ${String(error)}`)));
    times.push(ms);
    if (ms > slowest.ms) slowest = { text: JSON.stringify(text).slice(0, 80), ms };
  }
  return { figures: [percentiles('fuzz', times)], failed, slowest: slowest.text, slowestMs: Number(slowest.ms.toPrecision(4)) };
}
