import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { imageObjects, productImages, products, type Connection, type FetchedImage } from '../src/index.ts';
import { collected } from './fixtures/collected.ts';

const host = 'https://cbu01.alicdn.com/img/ibank';

async function show(db: Connection, offerId: string, ...images: (readonly [role: 'main' | 'gallery' | 'description', name: string])[]): Promise<void> {
  await products(db).upsert({ offerId, title: '裙', images: images.map(([role, name]) => ({ role, url: `${host}/${name}.jpg` })) });
}

function object(digit: string, more: Partial<FetchedImage> = {}): FetchedImage {
  return { sha256: digit.repeat(64), key: `sha256/${digit}`, sizeBytes: 100, widthPx: 8, heightPx: 6, format: 'jpeg', ...more };
}

const variant = { recipe: 'thumbnail', recipeHash: '1', key: 'variants/thumbnail/a', sha256: 'e'.repeat(64), sizeBytes: 10, widthPx: 4, heightPx: 3, format: 'webp' };

test('main pictures are claimed first, and one picture once however many rows show it', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', ['description', 'shared'], ['gallery', 'b']);
  await show(db, '2', ['description', 'shared'], ['main', 'a.jpg_300x300']);

  const claims = await productImages(db).claim();

  expect(claims.map((claim) => claim.canonicalUrl)).toEqual([`${host}/a.jpg`, `${host}/b.jpg`, `${host}/shared.jpg`]);
  expect(claims[2]?.rowIds).toHaveLength(2);
  expect(await productImages(db).claim()).toEqual([]);
  expect(await productImages(db).counts()).toEqual({ pending: 4, stored: 0, failed: 0, gone: 0, claimed: 4 });
});

test('eight workers at once share the pictures without taking one twice, and leave none', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (let offer = 0; offer < 12; offer += 1) {
    await show(db, `o${offer}`, ['main', `m${offer}`], ['description', 'size-chart'], ['gallery', `pair${Math.floor(offer / 2)}`], ['description', `d${offer % 3}`]);
  }

  const worker = async (): Promise<string[]> => {
    const taken: string[] = [];
    for (let empty = 0; empty < 3;) {
      const claims = await productImages(db).claim({ limit: 3 });
      if (claims.length === 0) empty += 1;
      taken.push(...claims.map((claim) => claim.canonicalUrl));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return taken;
  };
  const taken = (await Promise.all(Array.from({ length: 8 }, worker))).flat();

  expect(taken.toSorted()).toEqual([...new Set(taken)].toSorted());
  expect(taken).toHaveLength(12 + 1 + 6 + 3);
});

test('a claim ends with its lease, by a release, or is renewed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', ['main', 'a']);
  const images = productImages(db);

  const [first] = await images.claim({ leaseSeconds: 0 });
  const [second] = await images.claim();
  await images.release([second?.canonicalUrl ?? '']);
  const [third] = await images.claim({ leaseSeconds: 0.01 });
  await images.renew([third?.canonicalUrl ?? ''], 60);

  expect([first, second, third]).toEqual([first, first, first]);
  expect(await images.claim()).toEqual([]);
});

test('a stored picture is stored for every row that shows it, and counted', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', ['main', 'a'], ['gallery', 'b']);
  await show(db, '2', ['description', 'a']);

  const rows = await productImages(db).stored(`${host}/a.jpg`, object('a', { variants: [variant], etag: '"x"' }));
  await productImages(db).stored(`${host}/b.jpg`, object('a'));

  expect(rows).toBe(2);
  expect(await imageObjects(db).find('a'.repeat(64))).toMatchObject({ referenceCount: 3, state: 'live', unreferencedAt: null, variants: [variant] });
  expect(await productImages(db).findOffers('a'.repeat(64))).toEqual(['1', '2']);
  expect((await products(db).find('1'))?.images).toMatchObject([{ state: 'stored', sha256: 'a'.repeat(64) }, { state: 'stored', sha256: 'a'.repeat(64) }]);
});

test('references are counted up and down as pictures change, vanish, return and are purged', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', ['main', 'a']);
  await productImages(db).stored(`${host}/a.jpg`, object('a'));
  const count = async (digit: string) => (await imageObjects(db).find(digit.repeat(64)))?.referenceCount;

  await productImages(db).stored(`${host}/a.jpg`, object('b'));
  expect([await count('a'), await count('b')]).toEqual([0, 1]);
  await show(db, '1');
  expect(await count('b')).toBe(0);
  await show(db, '1', ['main', 'a']);
  expect(await count('b')).toBe(1);
  await products(db).purge('1');

  expect(await count('b')).toBe(0);
  expect(await collected(imageObjects(db).list({ unreferencedBefore: new Date(Date.now() + 60_000) }))).toHaveLength(2);
});

test('a picture that is stored for another product needs no fetch', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', ['main', 'a']);
  await productImages(db).stored(`${host}/a.jpg`, object('a'));
  await show(db, '2', ['main', 'a'], ['gallery', 'b']);

  const claims = await productImages(db).claim({ limit: 1 });

  expect(claims.map((claim) => claim.canonicalUrl)).toEqual([`${host}/b.jpg`]);
  expect(await imageObjects(db).find('a'.repeat(64))).toMatchObject({ referenceCount: 2 });
});

test('what failed waits longer each time, and is given up when it is hopeless', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', ['main', 'a'], ['gallery', 'b']);
  const images = productImages(db);
  const waits: number[] = [];
  const startedAt = Date.now();

  for (let attempt = 0; attempt < 3; attempt += 1) {
    await images.failed(`${host}/a.jpg`, { code: 'FETCH_TIMEOUT', message: 'slow', retryable: true });
    waits.push(((await products(db).find('1'))?.images[0]?.nextAttemptAt?.getTime() ?? 0) - startedAt);
  }
  await images.failed(`${host}/a.jpg`, { code: 'FETCH_STATUS', message: '429', retryable: true, retryAfterMs: 7_200_000 });
  await images.failed(`${host}/b.jpg`, { code: 'FETCH_GONE', message: '404', retryable: false });

  const [first = 0, second = 0, third = 0] = waits;
  expect(first).toBeGreaterThan(40_000);
  expect(second).toBeGreaterThan(first * 2);
  expect(third).toBeGreaterThan(second * 2);
  expect((await products(db).find('1'))?.images).toMatchObject([{ state: 'failed', attempts: 4, errorCode: 'FETCH_STATUS' }, { state: 'gone', attempts: 1, nextAttemptAt: null }]);
  expect((await products(db).find('1'))?.images[0]?.nextAttemptAt?.getTime()).toBeGreaterThan(startedAt + 7_100_000);
  expect([await images.countWaiting(), await images.countWaiting({ includeFailed: true })]).toEqual([0, 2]);
});

test('a pull of failed pictures takes each once', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', ['main', 'a'], ['gallery', 'b']);
  const images = productImages(db);
  for (const name of ['a', 'b']) await images.failed(`${host}/${name}.jpg`, { code: 'FETCH_GONE', message: '404', retryable: false });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const attemptedBefore = new Date();

  const [claim] = await images.claim({ includeFailed: true, attemptedBefore, limit: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await images.failed(claim?.canonicalUrl ?? '', { code: 'FETCH_GONE', message: '404', retryable: false });
  const rest = await images.claim({ includeFailed: true, attemptedBefore });

  expect([claim, ...rest].map((each) => each?.canonicalUrl)).toEqual([`${host}/a.jpg`, `${host}/b.jpg`]);
});

test('objects that lack a variant are found', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await imageObjects(db).upsert(object('a'), [variant]);
  await imageObjects(db).upsert(object('b'), [{ ...variant, recipeHash: '0' }]);
  const lacking = { recipe: 'thumbnail', recipeHash: '1' };

  expect(await collected(imageObjects(db).list({ lacking }), (each) => each.sha256[0])).toEqual(['b']);
  await imageObjects(db).setVariants('b'.repeat(64), [variant]);
  expect(await imageObjects(db).count({ lacking })).toBe(0);
});
