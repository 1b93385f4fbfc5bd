import { memoryBackend } from '@1688/storage';
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

  expect(await pruneBackups({ repository, keepLast: 2, dryRun: true })).toMatchObject({ removed: [{ name: '1' }, { name: '2' }], kept: 2, bytesFreed: 0 });
  expect(await keysOf(repository)).toEqual(before);
  const result = await pruneBackups({ repository, keepLast: 2 });

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
