import { setTimeout as sleep } from 'node:timers/promises';
import { importProducts } from '@1688/catalog';
import { isSyncError } from '@1688/core';
import type { Database } from '@1688/db';
import { startPostgres, type FragilePostgres } from '@1688/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseOn, importUnderKills, importWithoutKills } from './killed-server.ts';
import { fingerprint, numberedProducts, recordsOf, valueOf } from './records.ts';

let server: FragilePostgres;

beforeAll(async () => {
  // Without fsync, too, what is written outlives the processes that are killed here; the machine stays.
  server = await startPostgres({ settings: ['full_page_writes=on', 'synchronous_commit=on'] });
});
afterAll(() => server.close());

const observedAt = new Date('2026-01-01');

/** As a job or a person does it: the same import again, until it passes. */
async function importUntilDone(db: Database, number: number, onProgress: () => void): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (;;) {
    try {
      await importProducts(db, recordsOf(numberedProducts(40, { from: number * 40 })), { scope: `shop ${number}`, input: 'shop', observedAt, batchSize: 10, resume: true, onProgress });
      return failures;
    } catch (error) {
      if (!isSyncError(error) || !error.retryable) throw error;
      failures.push(error);
      await sleep(100);
    }
  }
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await sleep(5);
}

test('Q05: eight imports that are run again after a restart end complete, with each offer once', async () => {
  await using db = await databaseOn(server, 'restarted');
  await using clean = await databaseOn(server, 'restarted_clean');
  let batches = 0;

  const imports = Array.from({ length: 8 }, (_, number) => importUntilDone(db, number, () => { batches += 1; }));
  await until(() => batches >= 12);
  await server.stop('immediate');
  const before = batches;
  await sleep(500);
  await server.start();
  const failures = (await Promise.all(imports)).flat();
  for (let number = 0; number < 8; number += 1) await importUntilDone(clean, number, () => {});

  expect(before).toBeLessThan(8 * 4);
  for (const failure of failures) expect(failure).toMatchObject({ code: expect.stringMatching(/^(DB_(CONNECTION_LOST|UNAVAILABLE)|LOCKED)$/), retryable: true });
  expect(await valueOf(db, 'select count(*)::integer from sync1688.products')).toBe(320);
  expect(await valueOf(db, `select count(*)::integer from sync1688.changes where kind = 'created' and entity = 'product'`)).toBe(320);
  expect(await fingerprint(db) === await fingerprint(clean)).toBe(true);
}, 60_000);

test('Q26: a server killed in the middle of an import loses nothing that was acknowledged, three times', async () => {
  await using db = await databaseOn(server, 'killed');
  await using clean = await databaseOn(server, 'killed_clean');

  const { lines } = await importUnderKills(server, db, { rounds: 3, seed: 1_688 });

  expect(lines).toHaveLength(3);
  expect(await fingerprint(db) === await importWithoutKills(clean, 3)).toBe(true);
}, 60_000);
