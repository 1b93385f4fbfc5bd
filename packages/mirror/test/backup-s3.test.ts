import { applyRestore, createBackup, newBackupKey, planRestore, pruneBackups, verifyBackup, withEncryption } from '@1688/backup';
import { collectBytes, memoryBackend, type StorageBackend } from '@1688/storage';
import { s3Backend } from '@1688/storage-s3';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { bucketKeys, bucketName, openSmallBucket } from './small-bucket.ts';

async function keysBelow(backend: StorageBackend, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of backend.list(prefix)) found.push(key);
  return found;
}

test.each([['open', null], ['encrypted', (await newBackupKey()).key]])('an %s repository in a bucket takes backups, proves them, restores, prunes, and finds damage', async (_, key) => {
  await using bucket = await openSmallBucket();
  await using database = await testDatabase();
  const place = s3Backend({ ...bucketKeys, bucket: bucketName, endpoint: bucket.endpoint, prefix: 'nightly' });
  const repository = key === null ? place : withEncryption(place, { key });
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  await database.db.knex.raw(`insert into sync1688.products (source_id, title) select 's3-' || n, '真丝围巾 ' || n from generate_series(1, 1500) as n`);
  for (const name of ['first', 'second', 'third']) {
    await database.db.knex.raw(`update sync1688.products set stock_quantity = coalesce(stock_quantity, 0) + 1 where id % 100 = 1`);
    expect(await createBackup(target, { repository, name })).toMatchObject({ verified: true });
  }

  expect(await verifyBackup({ repository, name: 'third', level: 'drill', db: database.db })).toMatchObject({ ok: true });
  expect((await pruneBackups({ repository, keepLast: 2, graceHours: 0 })).removed.map((each) => each.name)).toEqual(['first']);
  await database.db.knex.raw('delete from sync1688.products where id > 10');
  await applyRestore(await planRestore(target, { repository, name: 'third' }));
  expect((await database.db.knex.raw<{ rows: object[] }>('select count(*)::int as n from sync1688.products')).rows).toEqual([{ n: 1_500 }]);
  const [pack = ''] = await keysBelow(place, 'packs/');
  const bytes = Buffer.from(await collectBytes((await place.get(pack)).body));
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await place.put(pack, bytes);
  const results = await Promise.all(['second', 'third'].map((name) => verifyBackup({ repository, name, level: 'read' })));
  expect(results.flatMap((each) => each.damaged.map(({ object }) => object))).toContain(pack);
});
