import { memoryBackend, type StorageBackend } from '@1688/storage';
import { storageContract } from '@1688/storage/contract';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyRestore, changeKeys, createBackup, listBackups, newBackupKey, planRestore, verifyBackup, withEncryption, type BackupTarget } from '../src/index.ts';
import { addPictures, addProducts, bytesOf, collected, keysOf, values } from './fixture.ts';

const [{ key }, other, recovery] = await Promise.all([newBackupKey(), newBackupKey(), newBackupKey()]);

let database: TestDatabase;
let target: BackupTarget;
let place: StorageBackend;

beforeAll(async () => {
  database = await testDatabase();
  target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  await addPictures(database.db, target.files, 1, 3);
  await addProducts(database.db, 1, 600);
  place = memoryBackend();
  const repository = withEncryption(place, { key, recipients: [recovery.recipient] });
  await createBackup(target, { repository, name: 'first' });
  await database.db.knex.raw(`update sync1688.products set title = 'secret-canary' where id = 9`);
  await createBackup(target, { repository, name: 'second' });
});

afterAll(() => database[Symbol.asyncDispose]());

async function copy(): Promise<StorageBackend> {
  const backend = memoryBackend();
  for (const each of await keysOf(place)) await backend.put(each, await bytesOf(place, each));
  return backend;
}

describe('an encrypted place', () => {
  const inner = memoryBackend();
  const contract = (async () => {
    const repository = withEncryption(inner, { key });
    await repository.encryption.prepare();
    return storageContract(repository, 'packs/contract');
  })();

  test('keeps every promise of a storage', async () => {
    for (const { run } of await contract) await run();
  });
});

test('backups of an encrypted repository verify at every level and restore', async () => {
  const repository = withEncryption(place, { key });

  expect(await verifyBackup({ repository, name: 'second', level: 'drill', db: database.db })).toMatchObject({ ok: true, drill: { place: 'database' } });
  await using empty = await testDatabase();
  await empty.db.knex.raw('drop schema sync1688 cascade');
  const files = memoryBackend();
  await applyRestore(await planRestore({ db: empty.db, schema: 'sync1688', files }, { repository, name: 'second' }));
  expect(await values(empty.db, `select count(*)::int as n from sync1688.products where title = 'secret-canary'`)).toEqual([{ n: 1 }]);
  expect(await keysOf(files)).toHaveLength(3);
});

test('nothing of rows, names or pictures lies open', async () => {
  for (const each of await keysOf(place)) {
    const bytes = await bytesOf(place, each);
    for (const canary of ['secret-canary', 'sync1688.', 'products', 'picture 1']) expect(each === 'README.txt' || each === 'rescue.sh' || !bytes.includes(canary), `${canary} in ${each}`).toBe(true);
    if (/^(packs|blobs|index|snapshots|attest)\//.test(each)) expect(bytes.subarray(0, 21).toString(), each).toBe('age-encryption.org/v1');
  }
});

test('without the key, or with another, everything is refused at once; a recovery key opens it', async () => {
  const begun = performance.now();
  for (const repository of [place, withEncryption(place, { key: other.key })]) {
    await expect(verifyBackup({ repository, name: 'first' })).rejects.toMatchObject({ code: 'BACKUP_KEY' });
    await expect(planRestore(target, { repository, name: 'first' })).rejects.toMatchObject({ code: 'BACKUP_KEY' });
    await expect(createBackup(target, { repository })).rejects.toMatchObject({ code: 'BACKUP_KEY' });
    await expect(collected(listBackups({ repository }))).rejects.toMatchObject({ code: 'BACKUP_KEY' });
  }
  expect(performance.now() - begun).toBeLessThan(8 * 2_000);

  await expect(verifyBackup({ repository: withEncryption(place, { key: 'no key' }), name: 'first' })).rejects.toMatchObject({ code: 'BACKUP_KEY', message: expect.not.stringContaining('no key') });
  expect(await verifyBackup({ repository: withEncryption(place, { key: recovery.key }), name: 'first', level: 'read' })).toMatchObject({ ok: true });
});

test('a key is not used for a repository that lies open', async () => {
  const open = memoryBackend();
  await createBackup(target, { repository: open, name: 'open' });

  await expect(createBackup(target, { repository: withEncryption(open, { key }), name: 'next' })).rejects.toMatchObject({ code: 'BACKUP_KEY' });
});

test('keys are changed without writing the backups again', async () => {
  const moved = await copy();
  const before = (await keysOf(moved)).length;

  await changeKeys(moved, { key, newKey: other.key });

  expect(await keysOf(moved)).toHaveLength(before);
  expect(await verifyBackup({ repository: withEncryption(moved, { key: other.key }), name: 'second', level: 'read' })).toMatchObject({ ok: true });
  await expect(verifyBackup({ repository: withEncryption(moved, { key }), name: 'second' })).rejects.toMatchObject({ code: 'BACKUP_KEY' });
});

const harms: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['flipped in its last chunk', (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])])],
  ['cut', (bytes) => bytes.subarray(0, -17)],
  ['longer', (bytes) => Buffer.concat([bytes, Buffer.alloc(33)])],
];

test.each(harms)('a file that is %s is named, and a restore is refused before anything is made', async (_, harm) => {
  for (const prefix of ['snapshots/', 'index/', 'packs/', 'blobs/']) {
    const backend = await copy();
    const [name = ''] = (await keysOf(backend, prefix)).slice(-1);
    await backend.put(name, harm(await bytesOf(backend, name)));
    const repository = withEncryption(backend, { key });

    const results = [await verifyBackup({ repository, name: 'first', level: 'read' }), await verifyBackup({ repository, name: 'second', level: 'read' })];

    expect(results.flatMap((each) => each.damaged.map(({ object }) => object)), name).toContain(name);
    for (const { ok, id } of results) {
      if (!ok) await expect(planRestore({ ...target, files: memoryBackend() }, { repository, name: id })).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    }
  }
});

test('an old manifest under a new number, and packs that changed places, are found', async () => {
  const backend = await copy();
  await backend.put('snapshots/00000003.json', await bytesOf(backend, 'snapshots/00000001.json'));
  const [one = '', two = ''] = await keysOf(backend, 'packs/');
  const [a, b] = [await bytesOf(backend, one), await bytesOf(backend, two)];
  const repository = withEncryption(backend, { key });

  await expect(planRestore(target, { repository, name: 'latest' })).rejects.toMatchObject({ code: 'BACKUP_DAMAGED', details: { object: 'snapshots/00000003.json' } });
  await backend.delete('snapshots/00000003.json');
  await backend.put(one, b);
  await backend.put(two, a);
  expect((await verifyBackup({ repository, name: 'second', level: 'read' })).ok).toBe(false);
});
