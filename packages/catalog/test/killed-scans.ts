import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { importProducts, type ImportOptions, type ImportResult } from '@1688/catalog';
import type { Database } from '@1688/db';
import { expect } from 'vitest';
import { day } from './listing-scans.ts';
import { numberedProducts, recordsOf } from './records.ts';

const child = fileURLToPath(new URL('scanning-child.ts', import.meta.url));
const offers = 60;
const batchSize = 10;
/** Which offers the second and the third scan of a round lack: the first four are gone after the third. */
const lacking: readonly (readonly number[])[] = [[], [50, 51, 52, 53], [50, 51, 52, 53, 54, 55]];
export const pages = offers / batchSize - 1;

/** The first, second or third full scan of a scope of its own, page by page. */
export function scanRound(db: Database, round: number, number: 1 | 2 | 3, options: ImportOptions = {}): Promise<ImportResult> {
  const gone = new Set(lacking[number - 1]);
  const products = [...numberedProducts(offers, { from: round * 1_000 })].filter((_, index) => !gone.has(index));
  return importProducts(db, recordsOf(products), { scope: `shop ${round}`, input: 'shop', fullScan: true, observedAt: day(number), batchSize, ...options });
}

export interface Kill {
  /** After so many committed pages. */
  readonly page: number;
  /** Milliseconds later. */
  readonly later?: number;
  readonly resume: boolean;
}

/** One round: two scans, a third that is killed as hard as one can, and the third again unless it had ended. @returns whether it had */
export async function killedRound(db: Database, url: string, round: number, { page, later = 0, resume }: Kill): Promise<boolean> {
  await scanRound(db, round, 1);
  await scanRound(db, round, 2);
  const scanning = fork(child, [url, String(round)], { execArgv: ['--conditions=@1688/source'], stdio: 'inherit' });
  const ended = new Promise((resolve) => scanning.once('exit', resolve));
  scanning.on('message', (done) => {
    if (Number(done) >= Math.min(page * batchSize, offers - lacking[2]!.length)) void sleep(later).then(() => scanning.kill('SIGKILL'));
  });
  await ended;
  const { rows } = await db.knex.raw<{ rows: { status: string }[] }>('select status from sync1688.sync_records where scope = ? order by id desc limit 1', [`shop ${round}`]);
  const isDone = rows[0]?.status === 'completed';
  expect(await delistedOf(db, round)).toHaveLength(isDone ? 4 : 0);
  if (!isDone) await scanRound(db, round, 3, { resume });
  return isDone;
}

/** Numbers, within the round, of the offers that are delisted, and how often the feed says so. */
export async function delistedOf(db: Database, round: number): Promise<string[]> {
  const { rows } = await db.knex.raw<{ rows: { number: string; told: string }[] }>(
    `select source_id::bigint - 610947000000 - ? as number, (select count(*) from sync1688.changes c where c.source_id = p.source_id and c.kind = 'delisted') as told
     from sync1688.products p where delisted_at is not null and source_id::bigint between 610947000000 + ? and 610947000999 + ? order by 1`, [round * 1_000, round * 1_000, round * 1_000]);
  return rows.map(({ number, told }) => `${number}: ${told}`);
}

/** What a scan that nobody kills leaves. */
export async function undisturbedRound(db: Database, round: number): Promise<string[]> {
  for (const number of [1, 2, 3] as const) await scanRound(db, round, number);
  return delistedOf(db, round);
}
