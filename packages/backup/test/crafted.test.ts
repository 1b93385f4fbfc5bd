import { memoryBackend, type StorageBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBackup, listRestorePlans, newBackupKey, planRestore, verifyBackup, withEncryption, type BackupTarget } from '../src/index.ts';
import type { ObjectLocation } from '../src/object-index.ts';
import { objectReader } from '../src/object-reader.ts';
import { addPictures, addProducts, bytesOf, keysOf } from './fixture.ts';

const { key } = await newBackupKey();
let database: TestDatabase;
let target: BackupTarget;
let open: StorageBackend;
let encrypted: StorageBackend;

beforeAll(async () => {
  database = await testDatabase();
  target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  await addPictures(database.db, target.files, 1, 2);
  await addProducts(database.db, 1, 600);
  // Rows that hardly shrink, so that the pack has several of age's chunks of 64 KiB.
  await database.db.knex.raw(`update sync1688.products set attributes = (select jsonb_agg(md5(n || title)) from generate_series(1, 20) as n)`);
  [open, encrypted] = [memoryBackend(), memoryBackend()];
  await createBackup(target, { repository: open, name: 'nightly' });
  await createBackup(target, { repository: withEncryption(encrypted, { key }), name: 'nightly' });
});

afterAll(() => database[Symbol.asyncDispose]());

const proven = /^(repo\.json|keys\/|snapshots\/|index\/|packs\/|blobs\/)/;

/** What a restore says about the changed repository; the change is taken back. */
async function afterChange(place: StorageBackend, name: string, bytes: Buffer): Promise<string> {
  const before = await bytesOf(place, name);
  await place.put(name, bytes);
  const repository = place === open ? place : withEncryption(place, { key });
  try {
    await planRestore({ ...target, files: memoryBackend() }, { repository, name: 'nightly' });
    return 'restored';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await place.put(name, before);
  }
}

const refusals = ['BACKUP_DAMAGED', 'BACKUP_KEY', 'BACKUP_VERSION'];
const flips = Number(process.env['FLIPS'] ?? 60);

test.each([['open', () => open], ['encrypted', () => encrypted]])('one flipped bit anywhere in an %s repository is found before anything is made', async (_, place) => {
  const files = await Promise.all((await keysOf(place())).filter((name) => proven.test(name)).map(async (name) => ({ name, bytes: await bytesOf(place(), name) })));
  let state = 12_345;
  const chance = (below: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
  for (let flip = 0; flip < flips; flip += 1) {
    const { name, bytes } = files[flip % files.length] as (typeof files)[number];
    const changed = Buffer.from(bytes);
    const at = chance(changed.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << chance(8));
    expect(refusals, `${name} at ${at}`).toContain(await afterChange(place(), name, changed));
  }
  expect(await listRestorePlans(target)).toEqual([]);
});

test('an encrypted file that is cut at a border of its chunks, lacks its last chunk, has them in another order or is followed by another is refused', async () => {
  const chunk = 64 * 1024 + 16;
  let swapped = 0;
  for (const each of await keysOf(encrypted, 'packs/')) {
    const bytes = await bytesOf(encrypted, each);
    const start = bytes.length % chunk;
    const cuts = [bytes.subarray(0, start), bytes.subarray(0, start - 1), bytes.subarray(0, start + 1), bytes.subarray(0, -1), bytes.subarray(0, -16), bytes.subarray(0, -17), bytes.subarray(0, 0), Buffer.concat([bytes, bytes]), Buffer.concat([bytes, Buffer.from([0])])];
    if (bytes.length > 3 * chunk) {
      swapped += 1;
      cuts.push(Buffer.concat([bytes.subarray(0, start), bytes.subarray(-chunk), bytes.subarray(start, -chunk)]));
    }
    for (const [at, changed] of cuts.filter((changed) => !changed.equals(bytes)).entries()) expect(refusals, `${each}, change ${at}`).toContain(await afterChange(encrypted, each, changed));
  }
  expect(swapped).toBeGreaterThan(0);
});

test('a key file that asks for endless work, is empty or for somebody else is refused at once', async () => {
  const bomb = `age-encryption.org/v1\n-> scrypt ${'A'.repeat(22)} 30\n${'A'.repeat(43)}\n--- ${'A'.repeat(43)}\n`;
  const begun = performance.now();

  for (const text of [bomb, '', 'age-encryption.org/v1\n']) expect(refusals).toContain(await afterChange(encrypted, 'keys/repository.age', Buffer.from(text)));

  expect(performance.now() - begun).toBeLessThan(3 * 2_000);
});

test('a delta that stands upon itself or upon another delta is refused, and nothing turns in a circle', async () => {
  const location = (id: string, base: string): ObjectLocation => ({ id, base, kind: 'delta', offset: 0, length: 10, rawLength: 10, pack: 'f'.repeat(64), packSizeBytes: 10, index: null });
  const locations = new Map([['a', location('a', 'a')], ['b', location('b', 'c')], ['c', location('c', 'b')], ['d', location('d', 'gone')]]);
  const reader = objectReader(memoryBackend(), { locations });

  for (const id of ['a', 'b', 'c']) await expect(reader.read(id)).rejects.toMatchObject({ code: 'BACKUP_VERSION' });
  await expect(reader.read('d')).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
});

test('settings are kept as they were given, and nothing else of the process lies in a repository', async () => {
  const repository = memoryBackend();
  process.env['BACKUP_CANARY'] = 'canary-of-the-environment';
  await createBackup(target, { repository, name: 'configured', config: { batchSize: 500, note: 'kept-setting' } });
  delete process.env['BACKUP_CANARY'];

  const password = decodeURIComponent(new URL(database.url).password);
  for (const name of await keysOf(repository)) {
    const bytes = await bytesOf(repository, name);
    for (const canary of ['canary-of-the-environment', ...(password.length > 8 ? [password] : [])]) expect(bytes.includes(canary), `${canary} in ${name}`).toBe(false);
  }
  expect(await verifyBackup({ repository, name: 'configured', level: 'read' })).toMatchObject({ ok: true });
});
