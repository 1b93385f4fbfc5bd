import { isSyncError } from '@1688/core';
import { memoryBackend } from '@1688/storage';
import { s3Backend } from '@1688/storage-s3';
import { bucketKeys, bucketName, openSmallBucket, testDatabase, type BucketFault } from '@1688/vitest';
import { expect, test } from 'vitest';
import { applyRestore, createBackup, listBackups, newBackupKey, planRestore, pruneBackups, verifyBackup, withEncryption } from '../src/index.ts';
import { addPictures, addProducts, bytesOf, collected, keysOf } from './fixture.ts';

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
  const [pack = ''] = await keysOf(place, 'packs/');
  const bytes = await bytesOf(place, pack);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await place.put(pack, bytes);
  const results = await Promise.all(['second', 'third'].map((name) => verifyBackup({ repository, name, level: 'read' })));
  expect(results.flatMap((each) => each.damaged.map(({ object }) => object))).toContain(pack);
});

/** Repeats itself, so that a test that failed fails again. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

test.each<[string, BucketFault, number]>([
  ['refuses one in eight requests', 'refused', 0.12], ['loses one in ten answers', 'lost', 0.1], ['loses connections half-way through what is sent', 'cut', 0.1], ['is slow', 'slow', 0.3],
])('a bucket that %s takes a whole backup or none, and gives it back', async (_, fault, rate) => {
  await using bucket = await openSmallBucket();
  await using database = await testDatabase();
  const options = { ...bucketKeys, bucket: bucketName, endpoint: bucket.endpoint, delayMs: 2 };
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  await addPictures(database.db, target.files, 1, 6);
  await addProducts(database.db, 1, 400);
  const chance = chances(7);
  bucket.fault = (_method, key) => (key.startsWith('locks/') || chance() >= rate ? null : fault);

  const result = await createBackup(target, { repository: s3Backend(options), name: 'tried' }).catch((error: unknown) => error);

  if (result instanceof Error) expect(isSyncError(result), String(result)).toBe(true);
  for (const { name, status } of await collected(listBackups({ repository: s3Backend(options) }))) {
    expect([status, (await verifyBackup({ repository: s3Backend(options), name: name ?? '', level: 'read' })).ok]).toEqual(['complete', true]);
  }
  bucket.fault = () => null;
  expect(await createBackup(target, { repository: s3Backend(options), name: 'next' })).toMatchObject({ verified: true, images: 6 });
  bucket.fault = (_method, key) => (key.startsWith('locks/') || chance() >= rate ? null : fault);
  expect(await planRestore(target, { repository: s3Backend(options), name: 'next' })).toMatchObject({ differences: [] });
});

test('a bucket that is full, and one that answers well and keeps nothing, end in no backup', async () => {
  await using bucket = await openSmallBucket();
  await using database = await testDatabase();
  const repository = s3Backend({ ...bucketKeys, bucket: bucketName, endpoint: bucket.endpoint, delayMs: 2 });
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  await addProducts(database.db, 1, 50);

  bucket.fault = (method, key) => (method === 'PUT' && key.startsWith('packs/') ? 'refused' : null);
  await expect(createBackup(target, { repository, name: 'refused' })).rejects.toMatchObject({ code: expect.stringMatching(/^STORAGE_/) });
  bucket.fault = (method, key) => {
    if (method === 'GET' && key.startsWith('packs/')) bucket.objects.delete(key);
    return null;
  };
  await expect(createBackup(target, { repository, name: 'forgotten' })).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });

  expect(await collected(listBackups({ repository }))).toEqual([]);
});
