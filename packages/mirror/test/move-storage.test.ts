import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempDisposable, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openImageClaimant } from '@1688/db';
import { loadConfig, moveStorage, openMirror, type Mirror } from '@1688/mirror';
import { fileBackend, memoryBackend, readMarker, text, withReadFallback, type StorageBackend } from '@1688/storage';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { claimStorage } from '../src/storage-identity.ts';

interface MoveStore extends AsyncDisposable {
  readonly mirror: Mirror;
  readonly folder: string;
  readonly address: string;
}

/** A store whose pictures lie in `old`; there are `count` originals of small and different sizes. */
async function storeWith(count: number): Promise<MoveStore> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const folder = stack.use(await mkdtempDisposable(path.join(tmpdir(), 'move1688-'))).path;
  const mirror = stack.use(await openMirror(await loadConfig({ cwd: folder, env: { DATABASE_URL: database.url, DATA_DIR: folder, STORAGE_PATH: 'old' } }), { migrate: false }));
  await claimStorage(mirror);
  for (let number = 0; number < count; number += 1) await putOriginal(mirror.storage, number);
  const all = stack.move();
  return { mirror, folder, address: database.url, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function putOriginal(storage: StorageBackend, number: number): Promise<string> {
  const body = `图片 ${number} `.repeat(1 + ((number * 37) % 400));
  const sha256 = createHash('sha256').update(body).digest('hex');
  const key = `sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.jpg`;
  await storage.put(key, body);
  return key;
}

async function contentOf(storage: StorageBackend): Promise<string[]> {
  const lines: string[] = [];
  for await (const { key } of storage.list('')) if (!key.startsWith('.1688sync')) lines.push(`${key} ${await text((await storage.get(key)).body)}`);
  return lines;
}

test('a move copies every object, marks the new place, seals the old one and tells what to set', async () => {
  await using store = await storeWith(30);
  const { mirror, folder } = store;
  await mirror.storage.put('variants/thumbnail/ab/cd/small.webp', 'variant');
  const before = await contentOf(mirror.storage);
  const told: number[] = [];

  const result = await moveStorage(mirror, { to: 'new', onProgress: ({ done }) => told.push(done) });

  const place = fileBackend(path.join(folder, 'new'));
  expect(result).toMatchObject({ moved: true, copied: 31, damaged: [], failed: [], resumedAfter: null, setting: `STORAGE_URL=file:${path.join(folder, 'new')}` });
  expect(await contentOf(place)).toEqual(before);
  expect(await contentOf(mirror.storage)).toEqual(before);
  expect((await readdir(path.join(folder, 'new'))).toSorted()).toEqual(['.1688sync-store.json', '.tmp', 'sha256', 'variants']);
  expect(told.at(-1)).toBe(result.verified);
  await expect(claimStorage(mirror)).rejects.toMatchObject({ code: 'STORAGE_WRONG_ROOT', hint: expect.stringContaining(path.join(folder, 'new')) });
  await expect(claimStorage({ ...mirror, storage: place })).resolves.toBeUndefined();
});

test('reads of a pair of both places never fail while a store is moved, and what is put meanwhile moves along', async () => {
  await using store = await storeWith(60);
  const { mirror, folder } = store;
  const place = fileBackend(path.join(folder, 'new'));
  const pair = withReadFallback(place, mirror.storage);
  const keys: string[] = [];
  for await (const { key } of mirror.storage.list('sha256/')) keys.push(key);
  const state = { moving: true };
  let reads = 0;
  const reading = (async () => {
    while (state.moving) for (const key of keys) {
      expect(createHash('sha256').update(await text((await pair.get(key)).body)).digest('hex')).toBe(path.basename(key, '.jpg'));
      reads += 1;
    }
  })();
  const late: string[] = [];

  const result = await moveStorage(mirror, { to: place, onProgress: ({ done }) => { if (done === 30) void putOriginal(mirror.storage, 1_000).then((key) => late.push(key)); } });
  state.moving = false;
  await reading;

  expect(result).toMatchObject({ moved: true, setting: null });
  expect(reads).toBeGreaterThan(60);
  expect(late).toHaveLength(1);
  expect(await place.head(late[0] ?? '')).not.toBeNull();
  expect(await contentOf(place)).toEqual(await contentOf(mirror.storage));
});

test('a move that is killed goes on where it was, and ends as one that was not', { timeout: 180_000 }, async () => {
  await using store = await storeWith(400);
  const { mirror, folder, address } = store;
  const mover = fileURLToPath(new URL('killed-mover.ts', import.meta.url));
  const target = fileBackend(path.join(folder, 'new'));
  const copiedAtKill: number[] = [];
  for (const killAt of [40, 160, 280]) {
    const child = fork(mover, [address, folder, 'new'], { execArgv: ['--conditions=@1688/source', '--disable-warning=ExperimentalWarning'], stdio: 'inherit' });
    child.on('message', (done) => { if (Number(done) >= killAt) child.kill('SIGKILL'); });
    await new Promise((resolve) => child.once('exit', resolve));
    copiedAtKill.push((await contentOf(target)).length);
    expect(await readMarker(target)).toBeNull();
  }
  expect(copiedAtKill.filter((count) => count > 0 && count < 400).length).toBeGreaterThanOrEqual(2);

  const result = await moveStorage(mirror, { to: 'new' });

  expect(result.moved).toBe(true);
  expect(result.copied).toBe(400 - (copiedAtKill.at(-1) ?? 0));
  expect(await contentOf(target)).toEqual(await contentOf(mirror.storage));
  expect(await readdir(path.join(folder, 'new', '.tmp'))).toEqual([]);
});

test('a move that is cancelled between two objects continues behind them', async () => {
  await using store = await storeWith(50);
  const place = memoryBackend();
  const giveUp = new AbortController();
  const broken = moveStorage(store.mirror, { to: place, concurrency: 1, signal: giveUp.signal, onProgress: ({ done }) => { if (done === 20) giveUp.abort(); } });
  await expect(broken).rejects.toMatchObject({ code: 'ABORTED' });

  const result = await moveStorage(store.mirror, { to: place });

  expect(result.resumedAfter).toMatch(/^sha256\//);
  expect(result).toMatchObject({ moved: true, copied: 30 });
  expect(await contentOf(place)).toEqual(await contentOf(store.mirror.storage));
});

test('a move that was broken off after the old place was sealed is finished by the same call', async () => {
  await using store = await storeWith(5);
  const place = memoryBackend();
  let dead = true;
  const dying: StorageBackend = { ...place, async put(key, body, options) {
    if (dead && key === '.1688sync-store.json') throw new Error('power cut');
    return place.put(key, body, options);
  } };
  await expect(moveStorage(store.mirror, { to: dying })).rejects.toThrow('power cut');
  await expect(claimStorage(store.mirror)).rejects.toMatchObject({ code: 'STORAGE_WRONG_ROOT' });
  expect(await readMarker(place)).toBeNull();
  dead = false;

  expect(await moveStorage(store.mirror, { to: dying })).toMatchObject({ moved: true });
  expect(await readMarker(place)).not.toBeNull();
});

test('what cannot be read keeps the store where it is, and what is damaged is moved and told', async () => {
  await using store = await storeWith(10);
  const { mirror, folder } = store;
  const [first = '', second = ''] = (await contentOf(mirror.storage)).map((line) => line.split(' ')[0] ?? '');
  await writeFile(path.join(folder, 'old', second), 'rotten');
  const unreadable: StorageBackend = { ...mirror.storage, async get(key, options) {
    const found = await mirror.storage.get(key, options);
    return key === first ? { ...found, body: (async function* () { yield Buffer.from('cut'); })() } : found;
  } };
  const place = memoryBackend();

  const partly = await moveStorage({ ...mirror, storage: unreadable }, { to: place });
  const whole = await moveStorage(mirror, { to: place });

  expect(partly).toMatchObject({ moved: false, failed: expect.arrayContaining([{ key: first, code: 'STORAGE_CORRUPT' }]), damaged: expect.arrayContaining([{ key: second }]) });
  expect(await readMarker(place)).not.toBeNull();
  expect(whole).toMatchObject({ moved: true, failed: [] });
});

test('a target that keeps other bytes than it was given ends the move', async () => {
  await using store = await storeWith(3);
  const place = memoryBackend();
  const forgetful: StorageBackend = { ...place, put: async (key, body, options) => place.put(key, key.startsWith('sha256/') ? Buffer.alloc(options?.sizeBytes ?? 0) : body) };

  await expect(moveStorage(store.mirror, { to: forgetful })).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  expect(await readMarker(store.mirror.storage)).not.toBeNull();
});

test('no switch happens while a pull runs', async () => {
  await using store = await storeWith(3);
  const place = memoryBackend();
  {
    await using pull = await openImageClaimant(store.mirror.db);
    expect(pull.id).toBeGreaterThan(0);
    await expect(moveStorage(store.mirror, { to: place, waitMs: 10 })).rejects.toMatchObject({ code: 'LOCKED', retryable: true });
    await expect(claimStorage(store.mirror)).resolves.toBeUndefined();
  }

  expect(await moveStorage(store.mirror, { to: place })).toMatchObject({ moved: true, copied: 0 });
});

test('two moves do not run at once', async () => {
  await using store = await storeWith(20);
  let second: Promise<unknown> | undefined;

  await moveStorage(store.mirror, { to: memoryBackend(), onProgress: () => { second ??= moveStorage(store.mirror, { to: memoryBackend() }).catch((error: unknown) => error); } });

  expect(await second).toMatchObject({ code: 'LOCKED' });
});

test('a place that is not free is refused, and nothing is left there', async () => {
  await using store = await storeWith(3);
  const { mirror, folder } = store;
  const other = memoryBackend();
  await other.put('holiday.jpg', 'x');
  const foreign = memoryBackend();
  await foreign.put('.1688sync-store.json', '{"format":1,"id":"another"}');

  for (const to of [other, foreign, 'old', path.join(folder, 'old'), 'old/inside', fileBackend(path.join(folder, 'old')), fileBackend(path.join(folder, 'old', 'inside'))]) {
    await expect(moveStorage(mirror, { to }), String(to)).rejects.toMatchObject({ code: 'REFUSED' });
    await rm(path.join(folder, 'old', 'inside'), { recursive: true, force: true });
  }
  expect((await readdir(path.join(folder, 'old'))).toSorted()).toEqual(['.1688sync-store.json', '.tmp', 'sha256']);
  await expect(moveStorage(mirror, { to: '' })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('a store can be moved back', async () => {
  await using store = await storeWith(4);
  const { mirror, folder } = store;
  await moveStorage(mirror, { to: 'new' });
  const there = fileBackend(path.join(folder, 'new'));
  await putOriginal(there, 77);

  const back = await moveStorage({ ...mirror, storage: there, places: { ...mirror.places, storage: path.join(folder, 'new') } }, { to: 'old' });

  expect(back).toMatchObject({ moved: true, verified: expect.any(Number), copied: 1 });
  await expect(claimStorage(mirror)).resolves.toBeUndefined();
});
