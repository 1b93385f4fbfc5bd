import { imageObjects, productImages, products, suppliers } from '@1688/db';
import { collectImages, makeMissingVariants, pullImages, refreshImages } from '@1688/mirror';
import { expect, test } from 'vitest';
import { openTestMirror } from './image-store.ts';
import { numbered, pictureOf, pictureServer } from './picture-server.ts';

test('a pull fetches every picture once, main pictures first, and stores the same bytes once', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  for (let offer = 0; offer < 30; offer += 1) {
    await products(mirror.db).upsert({ offerId: `${offer}`, title: '裙', images: [
      { url: `${server.origin}/${offer}-gallery.png`, role: 'gallery' }, { url: `${server.origin}/${offer}-main.png`, role: 'main' }, { url: `${server.origin}/999-chart.png`, role: 'description' },
    ] });
  }
  const told: number[] = [];

  const result = await pullImages(mirror, { allow: server.allow, onProgress: ({ done }) => told.push(done) });
  const again = await pullImages(mirror, { allow: server.allow });

  expect(result).toMatchObject({ claimed: 61, stored: 31, duplicates: 30, failed: 0 });
  expect(again).toMatchObject({ claimed: 0 });
  expect(server.asked.length).toBe(61);
  const lastMain = server.asked.findLastIndex((url) => url.endsWith('main.png'));
  expect(lastMain).toBeLessThan(30 + 8);
  expect(told.at(-1)).toBe(61);
  expect(await imageObjects(mirror.db).count()).toBe(31);
  expect(await productImages(mirror.db).counts()).toMatchObject({ stored: 90, claimed: 0 });
});

test('two pulls at once fetch no picture twice', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  for (let offer = 0; offer < 40; offer += 1) {
    await products(mirror.db).upsert({ offerId: `${offer}`, title: '裙', images: [1, 2, 3].map((part) => ({ url: `${server.origin}/${offer * 3 + part}.png`, role: 'gallery' as const })) });
  }

  const results = await Promise.all([pullImages(mirror, { allow: server.allow }), pullImages(mirror, { allow: server.allow })]);

  expect(server.asked.length).toBe(120);
  expect(new Set(server.asked).size).toBe(120);
  expect(results.map(({ stored }) => stored).reduce((sum, stored) => sum + stored)).toBe(120);
  expect(Math.min(...results.map(({ stored }) => stored))).toBeGreaterThan(10);
});

test('a supplier with a few pictures does not wait for one with thousands', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  const giant = await suppliers(mirror.db).upsert({ sourceId: 'giant' });
  const small = await suppliers(mirror.db).upsert({ sourceId: 'small' });
  const add = (offerId: string, supplierId: string, names: string[]) => products(mirror.db).upsert({ offerId, title: '裙', supplierId, images: names.map((name) => ({ url: `${server.origin}/${name}`, role: 'gallery' })) });
  for (let offer = 0; offer < 30; offer += 1) await add(`g${offer}`, giant.id, Array.from({ length: 50 }, (_, at) => `${(offer * 50 + at) % 7}-giant-${offer}-${at}.png`));
  await add('s', small.id, Array.from({ length: 20 }, (_, at) => `${at}-small.png`));

  await pullImages(mirror, { allow: server.allow, limit: 200 });

  expect(server.asked.filter((url) => url.endsWith('small.png')).length).toBe(20);
  expect(server.asked.slice(0, 80).filter((url) => url.endsWith('small.png')).length).toBeGreaterThanOrEqual(15);
});

test('a host that never answers keeps no other one waiting', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  const silent = stack.use(await pictureServer(() => {}, { address: '127.0.0.2' }));
  for (let offer = 0; offer < 40; offer += 1) await products(mirror.db).upsert({ offerId: `a${offer}`, title: '裙', images: [{ url: `${silent.origin}/${offer}.png`, role: 'main' }] });
  for (let offer = 0; offer < 40; offer += 1) await products(mirror.db).upsert({ offerId: `b${offer}`, title: '裙', images: [{ url: `${server.origin}/${offer}.png`, role: 'description' }] });
  const stop = new AbortController();
  const { promise: done, resolve } = Promise.withResolvers<void>();

  const pull = pullImages(mirror, { allow: [...server.allow, ...silent.allow], signal: stop.signal, onProgress: (progress) => { if (progress.done >= 40) resolve(); } });
  await Promise.race([done, pull]);
  stop.abort();

  await expect(pull).rejects.toMatchObject({ code: 'ABORTED' });
  expect(new Set(server.asked).size).toBe(40);
  expect(await productImages(mirror.db).counts()).toMatchObject({ stored: 40, pending: 40, claimed: 0 });
});

test('what fails is noted with its reason, and a pull of failed ones fetches it again', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  let isBack = false;
  const server = stack.use(await pictureServer(async (url, response) => {
    if (!isBack) response.writeHead(404).end();
    else await numbered(url, response);
  }));
  for (let offer = 0; offer < 3; offer += 1) await products(mirror.db).upsert({ offerId: `${offer}`, title: '裙', images: [{ url: `${server.origin}/${offer}.png`, role: 'main' }] });

  const first = await pullImages(mirror, { allow: server.allow });
  const second = await pullImages(mirror, { allow: server.allow });
  isBack = true;
  const third = await pullImages(mirror, { allow: server.allow, failed: true });

  expect(first).toMatchObject({ claimed: 3, failed: 3, failures: { FETCH_GONE: 3 } });
  expect(second).toMatchObject({ claimed: 0 });
  expect(third).toMatchObject({ claimed: 3, stored: 3 });
});

test('a picture that was collected while it was fetched is fetched again', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const picture = pictureOf(1);
  let times = 0;
  const storage = { ...mirror.storage, head: async (key: string) => (key.startsWith('sha256/') && (times += 1) === 2 ? null : mirror.storage.head(key)) };
  const server = stack.use(await pictureServer((_, response) => void response.end(picture)));
  await products(mirror.db).upsert({ offerId: '1', title: '裙', images: [{ url: `${server.origin}/1.png`, role: 'main' }] });

  const result = await pullImages({ ...mirror, storage }, { allow: server.allow });

  expect(result).toMatchObject({ claimed: 1, failed: 0 });
  expect(await productImages(mirror.db).counts()).toMatchObject({ stored: 1 });
});

test('a refresh stores what has changed anew, keeps the rest, and the old object waits for its collection', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  let version = 1;
  const server = stack.use(await pictureServer((url, response) => {
    const etag = url === '/1.png' ? `"${version}"` : '"always"';
    const picture = pictureOf(url === '/1.png' ? version : 9);
    response.setHeader('etag', etag);
    if (response.req.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.end(picture);
  }));
  await products(mirror.db).upsert({ offerId: '1', title: '裙', images: [{ url: `${server.origin}/1.png`, role: 'main' }, { url: `${server.origin}/2.png`, role: 'gallery' }] });
  await pullImages(mirror, { allow: server.allow });

  const early = await refreshImages(mirror, { allow: server.allow });
  version = 2;
  const changed = await refreshImages(mirror, { allow: server.allow, olderThanMs: 0 });

  expect(early).toMatchObject({ claimed: 0 });
  expect(changed).toMatchObject({ claimed: 2, stored: 1, unchanged: 1, failed: 0 });
  expect(await imageObjects(mirror.db).count()).toBe(3);
  expect(await collectImages(mirror, { graceMs: -60_000, dryRun: true })).toMatchObject({ collected: 1, strays: 0 });
});

test('variants are made anew when their recipe has changed, and only then', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  await products(mirror.db).upsert({ offerId: '1', title: '裙', images: [{ url: `${server.origin}/1.png`, role: 'main' }] });
  await pullImages(mirror, { allow: server.allow });
  const config = { ...mirror.config, file: { variants: [{ name: 'thumbnail', widthPx: 6, heightPx: 6, format: 'png' as const }] } };

  const same = await makeMissingVariants(mirror);
  const changed = await makeMissingVariants({ ...mirror, config });

  expect([same, changed]).toMatchObject([{ made: 0, failed: 0 }, { made: 1, failed: 0 }]);
  for await (const { variants } of imageObjects(mirror.db).list()) expect(variants.find(({ recipe }) => recipe === 'thumbnail')).toMatchObject({ format: 'png', widthPx: 6 });
});
