import { memoryBackend, type StorageBackend } from '@1688/storage';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { createBackup, listBackups, pruneBackups, verifyBackup } from '../src/index.ts';
import { seal } from '../src/sealed-json.ts';
import { addPictures, addProducts, collected, keysOf } from './fixture.ts';

test('the newest backups stay, whole, and what only the others needed goes', async () => {
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  const names = ['1', '2', '3', '4'];
  for (const name of names) {
    const [picture] = await addPictures(database.db, target.files, Number(name), Number(name));
    await addProducts(database.db, Number(name) * 100, Number(name) * 100 + 50);
    await createBackup(target, { repository, name });
    await database.db.knex.raw('delete from sync1688.image_objects where sha256 = ?', [picture?.sha256 ?? '']);
  }
  const before = await keysOf(repository);

  const promised = await pruneBackups({ repository, keepLast: 2, graceHours: 0, dryRun: true });
  expect(await keysOf(repository)).toEqual(before);
  const result = await pruneBackups({ repository, keepLast: 2, graceHours: 0 });

  expect(promised).toEqual(result);

  expect(result.removed.map((each) => each.name)).toEqual(['1', '2']);
  expect(result.bytesFreed).toBeGreaterThan(0);
  expect(await keysOf(repository, 'blobs/')).toHaveLength(2);
  expect((await collected(listBackups({ repository }))).map((each) => each.name)).toEqual(['3', '4']);
  for (const name of ['3', '4']) expect(await verifyBackup({ repository, name, level: 'read' })).toMatchObject({ ok: true });
  await createBackup(target, { repository, name: '5' });
  expect(await verifyBackup({ repository, name: '5', level: 'read' })).toMatchObject({ ok: true });
});

test('the newest verified backup stays, however old, and partial ones do not count', async () => {
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  await createBackup(target, { repository, name: 'oldest' });
  const { id } = await createBackup(target, { repository, name: 'found damaged later' });
  const at = new Date(Date.now() + 1_000).toISOString();
  await repository.put(`attest/${id}/later.json`, seal({ format: 1, backup: id, at, level: 'read', checked: 1, ok: false, damaged: [] }));
  const [picture] = await addPictures(database.db, target.files, 1, 1);
  await target.files.delete(picture?.key ?? '');
  expect(await createBackup(target, { repository, name: 'partial' })).toMatchObject({ status: 'partial' });

  expect((await pruneBackups({ repository, keepLast: 1 })).removed).toEqual([]);

  await expect(pruneBackups({ repository, keepLast: 0 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('nothing is pruned while a manifest cannot be read, or while a backup runs', async () => {
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  for (const name of ['1', '2']) await createBackup(target, { repository, name });
  const lock = { kind: 'backup', host: 'another-host', pid: 1, startedAt: new Date().toISOString() };

  await repository.put('locks/other.json', JSON.stringify(lock));
  await expect(pruneBackups({ repository, keepLast: 1 })).rejects.toMatchObject({ code: 'LOCKED' });
  await repository.delete('locks/other.json');
  await repository.put('snapshots/00000001.json', 'damaged');
  await expect(pruneBackups({ repository, keepLast: 1 })).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });

  expect(await keysOf(repository, 'locks/')).toEqual([]);
});

test('what no backup needs is deleted by a later prune, and only when it is still not needed', async () => {
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  const [picture] = await addPictures(database.db, target.files, 1, 1);
  await createBackup(target, { repository, name: 'with the picture' });
  await database.db.knex.raw('delete from sync1688.image_objects');
  for (const name of ['2', '3']) await createBackup(target, { repository, name });
  const inHours = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);

  const first = await pruneBackups({ repository, keepLast: 1 });
  expect(first).toMatchObject({ bytesFreed: 0 });
  expect(first.bytesCondemned).toBeGreaterThan(0);
  expect(await keysOf(repository, 'blobs/')).toHaveLength(1);
  expect(await pruneBackups({ repository, keepLast: 1, now: inHours(23) })).toMatchObject({ bytesFreed: 0, bytesCondemned: first.bytesCondemned });

  await database.db.knex.raw(`insert into sync1688.image_objects (sha256, key, size_bytes, width_px, height_px, format) values (?, ?, ?, 8, 8, 'jpeg')`, [picture?.sha256 ?? '', picture?.key ?? '', picture?.bytes.length ?? 0]);
  expect(await createBackup(target, { repository, name: 'needs it again' })).toMatchObject({ status: 'complete', images: 1 });
  await pruneBackups({ repository, keepLast: 1, now: inHours(25) });
  expect(await verifyBackup({ repository, name: 'needs it again', level: 'read' })).toMatchObject({ ok: true });

  await database.db.knex.raw('delete from sync1688.image_objects');
  await createBackup(target, { repository, name: 'last' });
  await pruneBackups({ repository, keepLast: 1, now: inHours(50) });
  expect((await pruneBackups({ repository, keepLast: 1, now: inHours(100) })).bytesFreed).toBeGreaterThan(0);
  expect(await keysOf(repository, 'blobs/')).toEqual([]);
  expect(await keysOf(repository, 'condemned/')).toEqual([]);
  expect(await verifyBackup({ repository, name: 'last', level: 'read' })).toMatchObject({ ok: true });
});

test('a backup that was frozen while a prune took its lock for dead is whole when it thaws', async () => {
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const inner = memoryBackend();
  await addPictures(database.db, target.files, 1, 2);
  await addProducts(database.db, 1, 300);
  await createBackup(target, { repository: inner, name: 'old' });
  await database.db.knex.raw('delete from sync1688.image_objects');
  await createBackup(target, { repository: inner, name: 'new' });
  await addPictures(database.db, target.files, 1, 2);
  let thaw = (): void => {};
  const frozen = Promise.withResolvers<void>();
  const repository: StorageBackend = {
    ...inner,
    async put(key, body, options) {
      if (key.startsWith('snapshots/')) {
        frozen.resolve();
        await new Promise<void>((resolve) => { thaw = resolve; });
      }
      return inner.put(key, body, options);
    },
  };
  const backup = createBackup(target, { repository, name: 'frozen' });
  await frozen.promise;
  for (const key of await keysOf(inner, 'locks/')) await inner.delete(key);

  // The pictures are those of "old" again: the frozen one found them stored, and no finished backup that stays needs them.
  const { removed, bytesCondemned } = await pruneBackups({ repository: inner, keepLast: 1 });
  thaw();
  await backup;

  expect(removed.map((each) => each.name)).toEqual(['old']);
  expect(bytesCondemned).toBeGreaterThan(0);
  expect(await verifyBackup({ repository: inner, name: 'frozen', level: 'read' })).toMatchObject({ ok: true });
  await pruneBackups({ repository: inner, keepLast: 5, now: new Date(Date.now() + 48 * 3_600_000) });
  expect(await verifyBackup({ repository: inner, name: 'frozen', level: 'drill', db: database.db })).toMatchObject({ ok: true });
});
