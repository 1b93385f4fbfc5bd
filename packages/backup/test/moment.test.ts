import { openDatabase } from '@1688/db';
import { memoryBackend, type StorageBackend } from '@1688/storage';
import { testDatabase } from '@1688/vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { applyRestore, createBackup, planRestore, verifyBackup } from '../src/index.ts';
import { addPictures, addProducts, values } from './fixture.ts';

/** A storage that waits before each put, so that transactions and statements get old. */
function slow(inner: StorageBackend, ms: number): StorageBackend {
  return { ...inner, put: async (key, body, options) => { await sleep(ms); return inner.put(key, body, options); } };
}

test('TRUNCATE, ALTER and DROP wait until the rows are read, and the backup has them', async () => {
  await using database = await testDatabase();
  await using other = await openDatabase(database.url);
  await database.db.knex.raw('create table sync1688.extra (id int primary key, note text); insert into sync1688.extra select n, n::text from generate_series(1, 500) as n');
  await addProducts(database.db, 1, 300);
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  let changes: Promise<unknown> | null = null;

  const result = await createBackup(target, {
    repository: slow(repository, 50), name: 'nightly',
    onProgress: () => void (changes ??= other.knex.raw('alter table sync1688.extra add column late int; truncate sync1688.price_tiers; drop table sync1688.extra')),
  });
  await changes;

  expect(result).toMatchObject({ status: 'complete', verified: true });
  expect(changes).not.toBeNull();
  expect(await values(database.db, `select to_regclass('sync1688.extra') as gone`)).toEqual([{ gone: null }]);
  const plan = await planRestore(target, { repository, name: 'nightly' });
  expect(await values(database.db, `select count(*)::int as n from "${plan.beside}".extra`)).toEqual([{ n: 500 }]);
});

test('limits of time that a role or database sets for everybody do not end a backup, a restore or a drill', async () => {
  await using database = await testDatabase();
  await addProducts(database.db, 1, 2_000);
  const name = new URL(database.url).pathname.slice(1);
  for (const setting of [`statement_timeout = '300ms'`, `idle_in_transaction_session_timeout = '200ms'`, `lock_timeout = '50ms'`, `search_path = 'nowhere'`, `datestyle = 'German'`, `timezone = 'Asia/Shanghai'`]) await database.db.knex.raw(`alter database "${name}" set ${setting}`);
  await using hasty = await openDatabase(database.url);
  const target = { db: hasty, schema: 'sync1688', files: memoryBackend() };
  await addPictures(hasty, target.files, 1, 2);
  const inner = memoryBackend();
  const repository = slow(inner, 400);

  expect(await createBackup(target, { repository, name: 'nightly' })).toMatchObject({ status: 'complete', verified: true });
  expect(await verifyBackup({ repository: inner, name: 'nightly', level: 'drill', db: hasty })).toMatchObject({ ok: true });
  expect((await applyRestore(await planRestore(target, { repository: inner, name: 'nightly' }))).state).toBe('applied');
});

test('pictures that go while they are copied, and a lease that was taken away, make the backup partial, never complete', async () => {
  await using database = await testDatabase();
  const files = memoryBackend();
  const pictures = await addPictures(database.db, files, 1, 6);
  const gone = pictures.map((each) => each.key).toSorted().at(-1) ?? '';
  // Deleted after the snapshot and before its copy.
  const losing: StorageBackend = { ...files, head: async (key, options) => { await files.delete(gone); return files.head(key, options); } };
  const target = { db: database.db, schema: 'sync1688', files };

  const withoutPicture = await createBackup({ ...target, files: losing }, { repository: memoryBackend(), name: 'lost a picture' });
  await files.put(gone, pictures.find((each) => each.key === gone)?.bytes ?? '');
  const cut: StorageBackend = { ...files, head: async (key, options) => { await database.db.knex.raw('delete from sync1688.backup_leases'); return files.head(key, options); } };
  const withoutLease = await createBackup({ ...target, files: cut }, { repository: memoryBackend(), name: 'lost its lease' });

  expect(withoutPicture).toMatchObject({ status: 'partial', verified: false, imagesMissing: 1, images: 5 });
  expect(withoutLease).toMatchObject({ status: 'partial', verified: false, imagesMissing: 0, reasons: ['the lease ran out while files were copied'] });
});

test('a store without rows, a table with one row and a picture of no bytes come back', async () => {
  await using database = await testDatabase();
  const files = memoryBackend();
  const target = { db: database.db, schema: 'sync1688', files };
  const repository = memoryBackend();
  expect(await createBackup(target, { repository, name: 'empty' })).toMatchObject({ status: 'complete', verified: true, images: 0 });
  const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  await files.put(`sha256/e3/b0/${sha256}.jpg`, new Uint8Array());
  await database.db.knex.raw('alter table sync1688.image_objects drop constraint if exists image_objects_size_bytes_check');
  await database.db.knex.raw(`insert into sync1688.image_objects (sha256, key, size_bytes, width_px, height_px, format) values ('${sha256}', 'sha256/e3/b0/${sha256}.jpg', 0, 1, 1, 'jpeg')`);
  await addProducts(database.db, 1, 1);
  expect(await createBackup(target, { repository, name: 'one of each' })).toMatchObject({ status: 'complete', verified: true, images: 1 });

  for (const [name, rows] of [['empty', 0], ['one of each', 1]] as const) {
    expect(await verifyBackup({ repository, name, level: 'drill', db: database.db })).toMatchObject({ ok: true });
    const restored = memoryBackend();
    const plan = await planRestore({ ...target, files: restored }, { repository, name });
    expect(await values(database.db, `select count(*)::int as n from "${plan.beside}".products`)).toEqual([{ n: rows }]);
  }
});
