import { memoryBackend, type StorageBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBackup, listBackups, listRestorePlans, planRestore, verifyBackup, type BackupTarget } from '../src/index.ts';
import { addPictures, addProducts, bytesOf, collected, keysOf } from './fixture.ts';
import { classes, harms } from './harms.ts';

let database: TestDatabase;
let target: BackupTarget;
let good: StorageBackend;

beforeAll(async () => {
  database = await testDatabase();
  target = { db: database.db, schema: database.db.schema, files: memoryBackend() };
  await addPictures(database.db, target.files, 1, 3);
  await addProducts(database.db, 1, 500);
  good = memoryBackend();
  await createBackup(target, { repository: good, name: 'nightly' });
});

afterAll(() => database[Symbol.asyncDispose]());

async function copyOf(from: StorageBackend): Promise<StorageBackend> {
  const copy = memoryBackend();
  for (const key of await keysOf(from)) await copy.put(key, await bytesOf(from, key));
  return copy;
}

describe.each(classes)('a file of %s', (prefix) => {
  test.each(harms)('that is %s is found and named, and a restore is refused before anything is made', async (harm, inflict) => {
    for (const key of await keysOf(good, prefix)) {
      const repository = await copyOf(good);
      await inflict(repository, key);
      // With the live pictures gone, a restore needs those of the backup.
      const needy = { ...target, files: memoryBackend() };

      if (prefix === 'snapshots/' && harm === 'deleted') {
        await expect(verifyBackup({ repository, name: 'nightly' })).rejects.toMatchObject({ code: 'BACKUP_NOT_FOUND' });
        continue;
      }
      const result = await verifyBackup({ repository, name: 'nightly', level: 'read' });

      expect(result.ok).toBe(false);
      expect(result.damaged.map((each) => each.object)).toEqual([key]);
      await expect(planRestore(needy, { repository, name: 'nightly' })).rejects.toMatchObject({ code: 'BACKUP_DAMAGED', details: { object: key } });
      expect(await listRestorePlans(target)).toEqual([]);
    }
  });
});

test('names and lengths alone find what is cut or deleted', async () => {
  for (const [harm, inflict] of harms.slice(1)) {
    for (const prefix of ['index/', 'packs/', 'blobs/']) {
      const repository = await copyOf(good);
      const [key = ''] = await keysOf(good, prefix);
      await inflict(repository, key);

      expect((await verifyBackup({ repository, name: 'nightly', level: 'list' })).damaged.map((each) => each.object), `${harm} ${key}`).toEqual([key]);
    }
  }
});

test('two packs that changed places are found', async () => {
  const repository = await copyOf(good);
  const [one = '', two = ''] = await keysOf(good, 'packs/');
  await repository.put(one, await bytesOf(good, two));
  await repository.put(two, await bytesOf(good, one));

  const { ok, damaged } = await verifyBackup({ repository, name: 'nightly', level: 'read' });

  // With the lists lost nobody can say what else belongs to the backup.
  expect(ok).toBe(false);
  expect([one, two]).toEqual(expect.arrayContaining(damaged.map((each) => each.object)));
});

test('the next backup makes up for a lost index and lost packs', async () => {
  for (const prefix of ['index/', 'packs/']) {
    const repository = await copyOf(good);
    for (const key of await keysOf(repository, prefix)) await repository.delete(key);

    await createBackup(target, { repository, name: 'next' });

    expect(await verifyBackup({ repository, name: 'next', level: 'read' })).toMatchObject({ ok: true });
    expect(await verifyBackup({ repository, name: 'nightly', level: 'read' })).toMatchObject({ ok: true });
  }
});

test('a damaged manifest stands in the list as such', async () => {
  const repository = await copyOf(good);
  await createBackup(target, { repository, name: 'second' });
  await repository.put('snapshots/00000001.json', 'not what was written\n');

  expect((await collected(listBackups({ repository }))).map((each) => [each.seq, each.name, each.status])).toEqual([[1, null, 'damaged'], [2, 'second', 'complete']]);
});
