import { setTimeout as sleep } from 'node:timers/promises';
import { importProducts, type ImportResult } from '@1688/catalog';
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

function importShop(db: Database, number: number, onProgress: () => void = () => {}): Promise<ImportResult> {
  return importProducts(db, recordsOf(numberedProducts(40, { from: number * 40 })), { scope: `shop ${number}`, observedAt, batchSize: 10, onProgress });
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await sleep(5);
}

test('Q05: eight imports live through an outage of three seconds without a failure, each offer once', async () => {
  await using db = await databaseOn(server, 'restarted');
  await using clean = await databaseOn(server, 'restarted_clean');
  let batches = 0;

  const imports = Array.from({ length: 8 }, (_, number) => importShop(db, number, () => { batches += 1; }));
  await until(() => batches >= 12);
  await server.stop('immediate');
  const before = batches;
  await sleep(3_000);
  await server.start();
  const results = await Promise.all(imports);
  for (let number = 0; number < 8; number += 1) await importShop(clean, number);

  expect(before).toBeLessThan(8 * 4);
  expect(results.map(({ created, read }) => [created, read])).toEqual(Array.from({ length: 8 }, () => [40, 40]));
  expect(await valueOf(db, 'select count(*)::integer from sync1688.products')).toBe(320);
  expect(await valueOf(db, `select count(*)::integer from sync1688.changes where kind = 'created' and entity = 'product'`)).toBe(320);
  expect(await fingerprint(db) === await fingerprint(clean)).toBe(true);
}, 180_000);

test('Q26: a server killed in the middle of an import loses nothing that was acknowledged, three times', async () => {
  await using db = await databaseOn(server, 'killed');
  await using clean = await databaseOn(server, 'killed_clean');

  const { lines } = await importUnderKills(server, db, { rounds: 3, seed: 1_688 });

  expect(lines).toHaveLength(3);
  expect(await fingerprint(db) === await importWithoutKills(clean, 3)).toBe(true);
}, 180_000);
