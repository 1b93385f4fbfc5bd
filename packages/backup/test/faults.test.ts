import { isSyncError, SyncError } from '@1688/core';
import { memoryBackend, withFaults, type StorageBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBackup, dropRestore, listBackups, listRestorePlans, planRestore, verifyBackup, type BackupTarget } from '../src/index.ts';
import { addPictures, addProducts, bytesOf, collected, keysOf, values } from './fixture.ts';

let database: TestDatabase;
let target: BackupTarget;

beforeAll(async () => {
  database = await testDatabase();
  target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  await addPictures(database.db, target.files, 1, 3);
  await addProducts(database.db, 1, 300);
});

afterAll(() => database[Symbol.asyncDispose]());

test('a storage that fails now and then, or loses its answers, never ends in a backup that is not whole', async () => {
  let failures = 0;
  for (let seed = 1; seed <= 10; seed += 1) {
    const place = memoryBackend();
    const result = await createBackup(target, { repository: withFaults(place, { seed, rate: 0.02, lostAnswers: true }), name: 'tried' }).catch((error: unknown) => error);
    if (result instanceof Error) {
      failures += 1;
      expect(isSyncError(result), String(result)).toBe(true);
    }

    for (const { name, status } of await collected(listBackups({ repository: place }))) {
      expect(await verifyBackup({ repository: place, name: name ?? '', level: 'read' })).toMatchObject({ ok: true });
      expect(status).toBe('complete');
    }
    expect(await createBackup(target, { repository: place, name: 'next' })).toMatchObject({ verified: true });
  }
  expect(failures).toBeGreaterThan(0);
});

test.each(['packs/', 'blobs/', 'index/', 'snapshots/'])('a storage that is full at %s leaves no backup, and room is all that the next run needs', async (prefix) => {
  const place = memoryBackend();
  const full: StorageBackend = {
    ...place,
    put: async (key, body, options) => {
      if (key.startsWith(prefix)) throw new SyncError('STORAGE_FULL', `Expected room for ${key}, received none.`);
      return place.put(key, body, options);
    },
  };

  await expect(createBackup(target, { repository: full, name: 'full' })).rejects.toMatchObject({ code: 'STORAGE_FULL' });

  expect(await collected(listBackups({ repository: place }))).toEqual([]);
  expect(await keysOf(place, 'locks/')).toEqual([]);
  expect(await createBackup(target, { repository: place, name: 'full' })).toMatchObject({ verified: true });
  expect(await verifyBackup({ repository: place, name: 'full', level: 'read' })).toMatchObject({ ok: true });
});

describe('between two backups', () => {
  test('late commits, deletes and changed keys come back exactly as each backup saw them', async () => {
    await using other = await testDatabase();
    const mine = { db: other.db, schema: 'sync1688', files: memoryBackend() };
    const repository = memoryBackend();
    const state = (schema: string): Promise<object[]> => values(other.db, `select id, title, source_id from "${schema}".products order by id`);
    await addProducts(other.db, 1, 1_500);
    const seen: object[][] = [];
    for (const change of ['select 1', `delete from sync1688.products where id % 7 = 0`, `update sync1688.products set id = id + 90000 where id % 100 = 3`, `insert into sync1688.products (id, source_id, title) overriding system value values (14, 'late', '迟到的')`]) {
      await other.db.knex.raw(change);
      seen.push(await state('sync1688'));
      await createBackup(mine, { repository, name: `backup ${seen.length}` });
    }

    for (const [index, expected] of seen.entries()) {
      const plan = await planRestore(mine, { repository, name: `backup ${index + 1}` });
      expect(await state(plan.beside)).toEqual(expected);
      await dropRestore(plan);
    }
  });
});

test('each file that another of its kind takes the place of is found, and a restore is refused', async () => {
  const good = memoryBackend();
  await createBackup(target, { repository: good, name: 'first' });
  await database.db.knex.raw('update sync1688.products set price_min = price_min + 1 where id % 50 = 1');
  await createBackup(target, { repository: good, name: 'second' });
  for (const prefix of ['snapshots/', 'index/', 'blobs/']) {
    const place = memoryBackend();
    for (const key of await keysOf(good)) await place.put(key, await bytesOf(good, key));
    const [one = '', two = ''] = await keysOf(good, prefix);
    await place.put(two, await bytesOf(good, one));
    await place.put(one, await bytesOf(good, two));

    const bad = await Promise.all(['first', 'second'].map((name) => verifyBackup({ repository: place, name, level: 'read' }).catch((error: unknown) => ({ ok: false, damaged: [{ object: String((error as SyncError).details['object']) }] }))));

    expect(bad.every((each) => !each.ok), prefix).toBe(true);
    expect(bad.flatMap((each) => each.damaged.map(({ object }) => object)).some((object) => [one, two].includes(object)), prefix).toBe(true);
    for (const name of ['first', 'second']) await expect(planRestore({ ...target, files: memoryBackend() }, { repository: place, name }), `${prefix} ${name}`).rejects.toMatchObject({ code: expect.stringMatching(/^BACKUP_(DAMAGED|NOT_FOUND)$/) });
    expect(await listRestorePlans(target)).toEqual([]);
  }
});
