import { fileBackend, memoryBackend, type StorageBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBackup, listBackups, showBackup, verifyBackup, type BackupTarget } from '../src/index.ts';
import { addPictures, addProducts, bytesOf, collected, keysOf, type Picture, values } from './fixture.ts';

let folder: string;
let database: TestDatabase;
let pictures: Picture[];
let target: BackupTarget;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
  database = await testDatabase();
  const files = fileBackend(join(folder, 'images'));
  target = { db: database.db, schema: database.db.schema, files };
  pictures = await addPictures(database.db, files, 1, 12);
  await addProducts(database.db, 1, 3_000);
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const places: readonly (readonly [string, () => StorageBackend])[] = [
  ['in memory', () => memoryBackend()],
  ['in a folder', () => fileBackend(join(folder, `backups-${Math.random()}`))],
];

describe.each(places)('createBackup %s', (_, place) => {
  test('keeps rows and pictures, and is verified at every level', async () => {
    const repository = place();

    const result = await createBackup(target, { repository, name: '每晚备份', label: 'before the sale', config: { batchSize: 1000 } });

    expect(result).toMatchObject({ name: '每晚备份', kind: 'full', status: 'complete', verified: true, images: 12, imagesMissing: 0, omitted: [] });
    expect(result.rows).toBeGreaterThanOrEqual(3_012);
    for (const level of ['list', 'read', 'drill'] as const) {
      expect(await verifyBackup({ repository, name: '每晚备份', level, db: target.db })).toMatchObject({ id: result.id, level, ok: true, damaged: [] });
    }
    for (const { sha256, bytes } of pictures) {
      expect(await bytesOf(repository, `blobs/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`)).toEqual(bytes);
    }
    expect(await showBackup({ repository, id: result.id })).toMatchObject({ label: 'before the sale', config: { batchSize: 1000 }, verifiedLevel: 'drill' });
  });

  test('writes unchanged rows and pictures once', async () => {
    const repository = place();
    const first = await createBackup(target, { repository, name: 'first' });
    const before = await keysOf(repository);

    const second = await createBackup(target, { repository, name: 'second' });

    expect(second).toMatchObject({ kind: 'incremental', bytesNew: 0, rows: first.rows });
    expect((await keysOf(repository)).filter((key) => !before.includes(key))).toEqual(['snapshots/00000002.json']);
    expect((await collected(listBackups({ repository }))).map((each) => [each.name, each.status])).toEqual([['first', 'complete'], ['second', 'complete']]);
  });
});

test('a name is taken once, and words with another meaning are no names', async () => {
  const repository = memoryBackend();
  await createBackup(target, { repository, name: 'nightly' });

  await expect(createBackup(target, { repository, name: 'nightly' })).rejects.toMatchObject({ code: 'BACKUP_CONFLICT' });
  for (const name of ['', 'latest', ' x', 'a'.repeat(101), '0123456789ab', 'a\nb']) {
    await expect(createBackup(target, { repository, name })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  }
});

test('a picture that is absent or has other bytes makes the backup partial and is named', async () => {
  const repository = memoryBackend();
  const files = memoryBackend();
  for (const { key, bytes } of pictures) await files.put(key, bytes);
  const [absent, wrong, short] = pictures as [Picture, Picture, Picture];
  await files.delete(absent.key);
  await files.put(wrong.key, Buffer.alloc(wrong.bytes.length));
  await files.put(short.key, short.bytes.subarray(1));

  const result = await createBackup({ ...target, files }, { repository, name: 'lossy' });

  expect(result).toMatchObject({ status: 'partial', verified: false, images: 9, imagesMissing: 3 });
  const { missing } = await showBackup({ repository, name: 'lossy' });
  expect(new Map(missing.map((each) => [each.key, each.reason]))).toEqual(new Map([[absent.key, 'missing'], [wrong.key, 'corrupt'], [short.key, 'corrupt']]));
  expect(await keysOf(repository, 'blobs/')).toHaveLength(9);
  expect(await verifyBackup({ repository, name: 'lossy', level: 'read' })).toMatchObject({ ok: true });
});

test('a blob of the wrong length in the repository is written again', async () => {
  const repository = memoryBackend();
  await createBackup(target, { repository, name: 'first' });
  const [blob = ''] = await keysOf(repository, 'blobs/');
  await repository.put(blob, 'cut');
  expect(await verifyBackup({ repository, name: 'latest' })).toMatchObject({ ok: false });

  await createBackup(target, { repository, name: 'second' });

  expect(await verifyBackup({ repository, name: 'first', level: 'read' })).toMatchObject({ ok: true });
});

test('without images the files are listed and not copied', async () => {
  const repository = memoryBackend();

  expect(await createBackup(target, { repository, name: 'rows', images: false })).toMatchObject({ images: 0, status: 'complete' });
  expect(await keysOf(repository, 'blobs/')).toEqual([]);
});

test('the lease lives while the backup runs and is gone afterwards', async () => {
  const repository = memoryBackend();
  let during = 0;

  const onProgress = (): void => void values(database.db, 'select 1 from sync1688.backup_leases').then((rows) => (during ||= rows.length), () => {});
  await createBackup(target, { repository, name: 'leased', onProgress });

  expect(during).toBe(1);
  expect(await values(database.db, 'select 1 from sync1688.backup_leases')).toEqual([]);
});

test('a backup that is cancelled leaves none, no lease and no lock', async () => {
  const repository = memoryBackend();
  const controller = new AbortController();

  const running = createBackup(target, { repository, name: 'cancelled', signal: controller.signal, onProgress: () => controller.abort() });

  await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await collected(listBackups({ repository }))).toEqual([]);
  expect(await keysOf(repository, 'locks/')).toEqual([]);
  expect(await values(database.db, 'select 1 from sync1688.backup_leases')).toEqual([]);
});

test('two backups of one schema do not run at once', async () => {
  const [a, b] = await Promise.allSettled([1, 2].map((name) => createBackup(target, { repository: memoryBackend(), name: `at once ${name}` })));

  expect([a?.status, b?.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  expect([a, b].find((each) => each?.status === 'rejected')).toMatchObject({ reason: { code: 'LOCKED', retryable: true } });
});

test('a schema that does not exist is told', async () => {
  await expect(createBackup({ ...target, schema: 'nowhere' }, { repository: memoryBackend() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
