// needs: mount
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importProducts } from '@1688/catalog';
import { startPostgres } from '@1688/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseOn } from './killed-server.ts';
import { numberedProducts, recordsOf, valueOf } from './records.ts';

const megabyte = 1_048_576;
let disk: string;

beforeAll(() => {
  disk = mkdtempSync(path.join(tmpdir(), 'disk1688-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'none', disk]);
  chmodSync(disk, 0o755);
});
afterAll(() => {
  execFileSync('umount', [disk]);
  rmdirSync(disk);
});

/** Leaves so many bytes free. */
function fillDisk(freeBytes: number): string {
  const { bavail, bsize } = statfsSync(disk);
  const file = path.join(disk, 'filler');
  writeFileSync(file, Buffer.alloc(Math.max(bavail * bsize - freeBytes, 0)));
  return file;
}

/** Descriptions that do not compress. */
function* bulky(count: number) {
  for (const product of numberedProducts(count)) yield { ...product, description: randomBytes(30_000).toString('base64') };
}

test('Q25: a full disk ends the import as DB_STORAGE_FULL, what was acknowledged is there, and with room it goes on', async () => {
  await using server = await startPostgres({ folder: disk, settings: ['max_wal_size=64MB'] });
  await using db = await databaseOn(server, 'full');
  await importProducts(db, recordsOf(numberedProducts(100)));
  await db.knex.raw('checkpoint');
  await db.knex.raw('select pg_switch_wal()');
  await db.knex.raw(`select pg_logical_emit_message(true, 'begin', 'of a segment')`);
  const filler = fillDisk(6 * megabyte);
  let acknowledged = 0;

  const failure = await importProducts(db, recordsOf(bulky(400)), { batchSize: 10, onProgress: ({ done }) => { acknowledged = done; } }).catch((error: unknown) => error);
  const stored = await valueOf<number>(db, 'select count(*)::integer from sync1688.products where description is not null');
  const { status } = (await db.knex.raw<{ rows: { status: string }[] }>('select status from sync1688.sync_records order by id desc limit 1')).rows[0] ?? {};
  rmSync(filler);
  const again = await importProducts(db, recordsOf(bulky(400)), { batchSize: 10 });

  expect(failure).toMatchObject({ code: 'DB_STORAGE_FULL', retryable: false, details: { sqlState: '53100' } });
  expect(acknowledged).toBeLessThan(400);
  expect(stored).toBe(acknowledged);
  expect(['failed', 'running']).toContain(status); // where there is no room even for that word, the next run closes the record
  expect(again).toMatchObject({ read: 400, rejected: 0 });
}, 400_000);

test('Q25: a disk without room for the log stops the server; with room it comes back with all that was acknowledged', async () => {
  await using server = await startPostgres({ folder: disk, settings: ['max_wal_size=64MB', 'fsync=on', 'synchronous_commit=on'] });
  await using db = await databaseOn(server, 'log');
  let acknowledged = 0;
  const filler = fillDisk(24 * megabyte);
  const log = (async () => {
    for (;;) await db.knex.raw(`select pg_logical_emit_message(false, 'fill', repeat('x', 1000000))`);
  })().catch(() => {});

  const failure = await importProducts(db, recordsOf(numberedProducts(2_000)), { batchSize: 10, onProgress: ({ done }) => { acknowledged = done; } }).catch((error: unknown) => error);
  await log;
  rmSync(filler);
  await server.stop('immediate');
  await server.start();

  expect(failure).toMatchObject({ code: expect.stringMatching(/^DB_(STORAGE_FULL|CONNECTION_LOST|UNAVAILABLE)$/) });
  expect(await valueOf<number>(db, 'select count(*)::integer from sync1688.products')).toBeGreaterThanOrEqual(acknowledged);
  expect(await importProducts(db, recordsOf(numberedProducts(200)))).toMatchObject({ read: 200, rejected: 0 });
}, 400_000);
