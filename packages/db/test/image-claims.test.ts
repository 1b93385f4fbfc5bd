import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { imageDecisions, imageObjects, openImageClaimant, productImages, products, suppliers, type Connection } from '../src/index.ts';
import { collected } from './fixtures/collected.ts';

const host = 'https://cbu01.alicdn.com/img/ibank';

async function show(db: Connection, offerId: string, ...names: string[]): Promise<void> {
  await products(db).upsert({ offerId, title: '裙', images: names.map((name, at) => ({ role: at === 0 ? 'main' : 'gallery', url: `${host}/${name}.jpg` })) });
}

function stored(name: string, digit: string) {
  return { canonicalUrl: `${host}/${name}.jpg`, sha256: digit.repeat(64), key: `sha256/${digit}`, sizeBytes: 100, widthPx: 8, heightPx: 6, format: 'jpeg', dominantColour: '#aabbcc', hasGps: true };
}

test('what a claimant had claimed is free the moment its session ends', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', 'a', 'b');
  const images = productImages(db);
  const dead = await openImageClaimant(db);
  await using living = await openImageClaimant(db);

  const { claims } = await images.take({ urls: [`${host}/a.jpg`], claimant: dead.id });
  await images.take({ urls: [`${host}/b.jpg`], claimant: living.id });
  const during = [await images.claim(), await images.candidates()];
  await dead.close();
  await expect.poll(() => images.countWaiting()).toBe(1);

  expect(claims).toHaveLength(1);
  expect(during).toEqual([[], []]);
  expect((await images.candidates()).map(({ canonicalUrl }) => canonicalUrl)).toEqual([`${host}/a.jpg`]);
  expect((await images.claim()).map(({ canonicalUrl }) => canonicalUrl)).toEqual([`${host}/a.jpg`]);
});

test('candidates come page by page, main pictures first, with their supplier, and those given up only when asked for', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const supplier = await suppliers(db).upsert({ sourceId: 's' });
  for (let offer = 0; offer < 5; offer += 1) await products(db).upsert({ offerId: `o${offer}`, title: '裙', supplierId: supplier.id, images: [{ role: 'gallery', url: `${host}/g${offer}.jpg` }, { role: 'main', url: `${host}/m${offer}.jpg` }] });
  await productImages(db).failed(`${host}/m0.jpg`, { code: 'FETCH_GONE', message: '404', retryable: false });
  const all = async (includeFailed: boolean): Promise<string[]> => {
    const found: string[] = [];
    for (let place = null; ;) {
      const page = await productImages(db).candidates({ limit: 3, after: place, includeFailed });
      found.push(...page.map(({ canonicalUrl, priority }) => `${priority} ${canonicalUrl.slice(host.length + 1, -4)}`));
      place = page.at(-1)?.place ?? null;
      if (page.length < 3) return found;
    }
  };

  expect(await all(false)).toEqual(['0 m1', '0 m2', '0 m3', '0 m4', '1 g0', '1 g1', '1 g2', '1 g3', '1 g4']);
  expect((await all(true)).at(-1)).toBe('0 m0');
  expect((await productImages(db).candidates())[0]?.supplierId).toBe(supplier.id);
});

test('many outcomes are written at once, and what is not in the store waits again', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', 'a', 'b', 'c', 'd');
  const images = productImages(db);
  await images.claim();

  const settled = await images.settle({
    stored: [stored('a', 'a'), stored('b', 'a'), stored('c', 'c')],
    failed: [{ canonicalUrl: `${host}/d.jpg`, code: 'FETCH_GONE', message: '404', retryable: false }],
  }, { absent: async (keys) => new Set(keys.filter((key) => key === 'sha256/c')) });

  expect(settled).toEqual({ rows: 3, absent: [`${host}/c.jpg`] });
  expect(await images.counts()).toMatchObject({ stored: 2, pending: 1, gone: 1, claimed: 0 });
  expect(await imageObjects(db).find('a'.repeat(64))).toMatchObject({ referenceCount: 2, state: 'live', dominantColour: '#aabbcc', hasGps: true, frames: null });
  expect(await imageObjects(db).find('c'.repeat(64))).toMatchObject({ state: 'missing', referenceCount: 0 });
  expect((await images.claim()).map(({ canonicalUrl }) => canonicalUrl)).toEqual([`${host}/c.jpg`]);
});

test('a picture whose object is being collected is fetched, not shared', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', 'a');
  await productImages(db).settle({ stored: [stored('a', 'a')] });
  await imageObjects(db).setState('a'.repeat(64), 'deleting');
  await show(db, '2', 'a');

  expect((await productImages(db).claim()).map(({ canonicalUrl }) => canonicalUrl)).toEqual([`${host}/a.jpg`]);
});

test('stored pictures are claimed for a refresh, those asked about longest ago first', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await show(db, '1', 'a', 'b');
  const images = productImages(db);
  await images.settle({ stored: [stored('a', 'a')] });
  await images.settle({ stored: [stored('b', 'b')] });
  const before = new Date(Date.now() + 60_000);

  const first = await images.claimStale({ before, limit: 1 });
  const second = await images.claimStale({ before });
  await images.settle({ unchanged: [`${host}/a.jpg`] });

  expect([first, second].map((claimed) => claimed.map(({ sha256 }) => sha256[0]))).toEqual([['a'], ['b']]);
  expect((await images.claimStale({ before })).map(({ sha256 }) => sha256[0])).toEqual(['a']);
});

test('a decision goes with its product', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const offerId of ['1', '2']) await show(db, offerId);

  await imageDecisions(db).decide({ offerId: '2', otherOfferId: '1', decision: 'different', note: '面料不同' });
  const decided = await imageDecisions(db).list('1');
  await products(db).purge('2');

  expect(decided).toMatchObject([{ offerId: '1', otherOfferId: '2', decision: 'different', note: '面料不同' }]);
  expect(await imageDecisions(db).list('1')).toEqual([]);
  await expect(imageDecisions(db).decide({ offerId: '1', otherOfferId: '2', decision: 'same' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await collected(imageObjects(db).list())).toEqual([]);
});
