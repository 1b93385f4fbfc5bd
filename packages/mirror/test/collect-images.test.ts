import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { products } from '@1688/db';
import { openImageStore } from '@1688/images';
import { check, collectImages, pullImages, type Mirror } from '@1688/mirror';
import { expect, test } from 'vitest';
import { interleave } from './gc-interleaving.ts';
import { openTestMirror } from './image-store.ts';
import { numbered, pictureOf, pictureServer } from './picture-server.ts';

async function keysOf({ storage }: Mirror, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys;
}

async function show(mirror: Mirror, offerId: string, urls: readonly string[]): Promise<void> {
  await products(mirror.db).upsert({ offerId, title: '裙', images: urls.map((url, at) => ({ url, role: at === 0 ? 'main' : 'gallery' })) });
}

/** Unused objects and files are as old as this many hours. */
async function age({ db, storage, places }: Mirror, hours: number): Promise<void> {
  await db.knex.raw('update sync1688.image_objects set unreferenced_at = unreferenced_at - make_interval(hours => ?)', [hours]);
  const then = Date.now() / 1_000 - hours * 3_600;
  for await (const { key } of storage.list('')) await utimes(path.join(places.storage, key), then, then);
}

const hour = 3_600_000;

test('what nothing shows goes to the trash after the grace, with its variants; what is shown stays', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  await show(mirror, '1', [`${server.origin}/2.png`, `${server.origin}/1.png`]);
  await pullImages(mirror, { allow: server.allow });
  await show(mirror, '1', [`${server.origin}/2.png`]);

  const young = await collectImages(mirror, { graceMs: hour });
  await age(mirror, 2);
  const planned = await collectImages(mirror, { graceMs: hour, dryRun: true });
  const done = await collectImages(mirror, { graceMs: hour });
  const again = await collectImages(mirror, { graceMs: hour });

  expect([young, planned, done, again].map(({ collected, strays }) => [collected, strays])).toEqual([[0, 0], [1, 0], [1, 0], [0, 0]]);
  expect(await keysOf(mirror, 'sha256/')).toHaveLength(1);
  expect(await keysOf(mirror, 'variants/')).toHaveLength(2);
  expect(await keysOf(mirror, 'trash/gc/')).toHaveLength(1);
  expect((await check(mirror)).totalIssues).toBe(0);
});

test('a picture that comes back after its object was collected is fetched again', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  await show(mirror, '1', [`${server.origin}/1.png`]);
  await pullImages(mirror, { allow: server.allow });
  await show(mirror, '1', []);
  await age(mirror, 2);
  await collectImages(mirror, { graceMs: hour });

  await show(mirror, '1', [`${server.origin}/1.png`]);
  const pulled = await pullImages(mirror, { allow: server.allow });

  expect(pulled).toMatchObject({ claimed: 1, stored: 1 });
  expect((await check(mirror)).totalIssues).toBe(0);
});

test('while a backup holds a lease nothing that the database knows is collected', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  await show(mirror, '1', [`${server.origin}/1.png`]);
  await pullImages(mirror, { allow: server.allow });
  await show(mirror, '1', []);
  await age(mirror, 2);
  await mirror.db.knex.raw(`insert into sync1688.backup_leases (id, expires_at) values (gen_random_uuid(), now() + interval '10 minutes')`);

  const leased = await collectImages(mirror, { graceMs: hour });
  await mirror.db.knex.raw('delete from sync1688.backup_leases');
  const free = await collectImages(mirror, { graceMs: hour });

  expect([leased, free]).toMatchObject([{ collected: 0, leases: 1 }, { collected: 1, leases: 0 }]);
});

test('files that no row knows are collected, and what a former recipe made', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  await show(mirror, '1', [`${server.origin}/1.png`]);
  await pullImages(mirror, { allow: server.allow });
  await using store = await openImageStore({ storage: mirror.storage });
  await store.add(pictureOf(2));
  const [known = ''] = await keysOf(mirror, 'variants/thumbnail/');
  await mirror.storage.put(known.replace('.webp', '.png'), 'as it was made before');
  await age(mirror, 2);

  const done = await collectImages(mirror, { graceMs: hour });

  expect(done).toMatchObject({ collected: 0, strays: 4 });
  expect(await keysOf(mirror, 'sha256/')).toHaveLength(1);
  expect(await keysOf(mirror, 'variants/')).toHaveLength(2);
});

test('collections beside writers never leave a row without its object, in 20 seeded interleavings', async () => {
  await interleave({ rounds: 20, seed: 11 });
}, 180_000);
