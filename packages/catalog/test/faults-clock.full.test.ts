// needs: libfaketime
import { globSync, mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importProducts } from '@1688/catalog';
import { startPostgres, type FragilePostgres } from '@1688/vitest';
import { expect, test } from 'vitest';
import { databaseOn } from './killed-server.ts';
import { fingerprint, numberedProducts, recordsOf, valueOf } from './records.ts';

/** A server whose clock is set, while it runs, by what stands in `file`. */
async function serverWithClock(file: string): Promise<FragilePostgres> {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
  if (library === undefined) throw new Error('Expected libfaketime below /usr/lib, found none.');
  const faked = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  Object.assign(process.env, faked);
  try {
    return await startPostgres();
  } finally {
    for (const name of Object.keys(faked)) delete process.env[name];
  }
}

test('Q27: a server whose clock jumps a day forth and back, over a leap day and a change of daylight saving, gives the feed in order and the same end', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'clock1688-'));
  const clock = path.join(folder, 'clock');
  writeFileSync(clock, '+0');
  chmodSync(folder, 0o755);
  await using server = await serverWithClock(clock);
  await using db = await databaseOn(server, 'jumping');
  await using steady = await databaseOn(server, 'steady');
  const jumps = ['+1d', '-1d', '@2028-02-29 23:59:58', '@2026-03-29 00:59:58', '+0'];
  const options = { batchSize: 20, observedAt: new Date('2026-01-01') };
  const seen: string[] = [];
  let batches = 0;

  const jumped = await importProducts(db, recordsOf(numberedProducts(200)), {
    ...options,
    onProgress: () => {
      seen.push('batch');
      writeFileSync(clock, jumps[batches % jumps.length] ?? '+0');
      batches += 1;
    },
  });
  writeFileSync(clock, '+0');
  const again = await importProducts(db, recordsOf(numberedProducts(200, { priceCny: '9.00' })), { ...options, observedAt: new Date('2026-01-02') });
  await importProducts(steady, recordsOf(numberedProducts(200)), options);
  await importProducts(steady, recordsOf(numberedProducts(200, { priceCny: '9.00' })), { ...options, observedAt: new Date('2026-01-02') });
  rmSync(folder, { recursive: true });

  expect(seen).toHaveLength(10);
  expect(jumped).toMatchObject({ created: 200, rejected: 0, syncRecord: { status: 'completed' } });
  expect(again).toMatchObject({ updated: 200 });
  expect(await valueOf(db, `select (max(changed_at) - min(changed_at) > interval '1 day')::text from sync1688.changes`)).toBe('true');
  expect(await valueOf(db, `select count(*)::integer from sync1688.changes c where kind = 'updated' and exists (select 1 from sync1688.changes e where e.source_id = c.source_id and e.kind = 'created' and e.seq > c.seq)`)).toBe(0);
  expect(await fingerprint(db) === await fingerprint(steady)).toBe(true);
}, 400_000);
