import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { productImages, products, suppliers, type FetchedImage } from '@1688/db';
import { hashDistance } from '@1688/images';
import { decideSameGoods, exportImages, findDuplicates, findSameGoods, listImages, pullImages, type Mirror } from '@1688/mirror';
import { expect, test } from 'vitest';
import { hasFeatures } from '../src/goods/picture-groups.ts';
import { randomFrom } from './gc-interleaving.ts';
import { openTestMirror } from './image-store.ts';
import { numbered, pictureServer } from './picture-server.ts';

const host = 'https://cbu01.alicdn.com/img';
const hashA = '0f1e2d3c4b5a6978';
/** Three bits from `hashA`. */
const hashNear = '0f1e2d3c4b5a697f';

function object(name: string, perceptualHash: string, more: Partial<FetchedImage> = {}): FetchedImage {
  const sha256 = Buffer.from(name).toString('hex').padEnd(64, '0');
  return { sha256, key: `sha256/${sha256}`, sizeBytes: 100, widthPx: 800, heightPx: 800, format: 'jpeg', perceptualHash, ...more };
}

/** A product of its own supplier that shows these pictures, each named and described by `object`. */
async function offer({ db }: Mirror, offerId: string, pictures: readonly (readonly [name: string, role: 'main' | 'gallery' | 'description', hash: string, more?: Partial<FetchedImage>])[]): Promise<void> {
  const supplier = await suppliers(db).upsert({ sourceId: `s-${offerId}`, companyName: `${offerId}号工厂` });
  await products(db).upsert({ offerId, title: `连衣裙 ${offerId}`, supplierId: supplier.id, priceMinCny: '12.50', images: pictures.map(([name, role]) => ({ url: `${host}/${offerId}-${name}.jpg`, role })) });
  for (const [name, , hash, more] of pictures) await productImages(db).stored(`${host}/${offerId}-${name}.jpg`, object(name, hash, more));
}

test('the same goods are found by equal and by near pictures, and a size chart that all show says little', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const chart = ['chart', 'description', 'ffff0000ffff0000'] as const;
  await offer(mirror, 'ours', [['dress', 'main', hashA], chart]);
  await offer(mirror, 'equal', [['dress', 'gallery', hashA], chart]);
  await offer(mirror, 'near', [['dress-small', 'main', hashNear], chart]);
  for (let other = 0; other < 12; other += 1) await offer(mirror, `other${other}`, [[`own${other}`, 'main', (0x1234_5678_9abc_def0n * BigInt(other * 2 + 3) & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, '0')], chart]);

  const found = await findSameGoods(mirror, 'ours');
  const weak = await findSameGoods(mirror, 'ours', { minScore: 0, limit: 100 });

  expect(found.map(({ offerId }) => offerId)).toEqual(['equal', 'near']);
  expect(found[0]?.score).toBeGreaterThan(0.8);
  expect(found[1]?.pictures[0]).toMatchObject({ distance: 3, suppliers: 1 });
  expect(weak).toHaveLength(14);
  expect(weak.at(-1)?.score).toBeLessThan(0.1);
});

test('what was decided is remembered in both directions, until it is forgotten', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  await offer(mirror, 'a', [['dress', 'main', hashA]]);
  await offer(mirror, 'b', [['dress', 'main', hashA]]);
  await offer(mirror, 'c', [['shoe', 'main', 'aaaa5555aaaa5555']]);

  await decideSameGoods(mirror, { offerId: 'b', otherOfferId: 'a', decision: 'different', note: '面料不同' });
  await decideSameGoods(mirror, { offerId: 'a', otherOfferId: 'c', decision: 'same' });
  const decided = await findSameGoods(mirror, 'a');
  const all = await findSameGoods(mirror, 'a', { all: true });
  await decideSameGoods(mirror, { offerId: 'a', otherOfferId: 'b', decision: null });

  expect(decided.map(({ offerId, score, decision }) => [offerId, score, decision])).toEqual([['c', 1, 'same']]);
  expect(all.map(({ offerId }) => offerId)).toEqual(['c', 'b']);
  expect((await findSameGoods(mirror, 'a')).map(({ offerId }) => offerId)).toEqual(['c', 'b']);
  await expect(findSameGoods(mirror, 'nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('near duplicates are those of comparing each picture with each', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const random = randomFrom(5);
  const bit = (): bigint => 1n << BigInt(Math.floor(random() * 64));
  const hashes: string[] = [];
  for (let family = 0; family < 12; family += 1) {
    const first = Array.from({ length: 32 }, bit).reduce((sum, each) => sum ^ each, 0n);
    for (let member = 0; member < 3; member += 1) hashes.push(Array.from({ length: member * 3 }, bit).reduce((sum, each) => sum ^ each, first).toString(16).padStart(16, '0'));
  }
  for (const [at, hash] of hashes.entries()) await offer(mirror, `p${at}`, [[`picture${at}`, 'main', hash]]);

  const groups = await findDuplicates(mirror, { near: true, distance: 6 });

  const pairs = new Set(groups.flatMap(({ images }) => images.flatMap((a) => images.filter((b) => a.sha256 < b.sha256 && hashDistance(a.perceptualHash!, b.perceptualHash!) <= 6).map((b) => `${a.perceptualHash} ${b.perceptualHash}`))));
  const known = hashes.filter(hasFeatures).flatMap((a, at) => hashes.slice(at + 1).filter((b) => hasFeatures(b) && hashDistance(a, b) <= 6).map((b) => [a, b] as const));
  expect(known.length).toBeGreaterThan(5);
  for (const [a, b] of known) expect(pairs.has(`${a} ${b}`) || pairs.has(`${b} ${a}`), `${a} ${b}`).toBe(true);
  expect(groups.flatMap(({ images }) => images.map(({ sha256 }) => sha256))).toHaveLength(new Set(known.flat()).size);
});

test('pictures are classed by shape, sharing and format, and listed by class', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  for (let at = 0; at < 5; at += 1) {
    await offer(mirror, `o${at}`, [[`own${at}`, 'main', hashA], ['chart', 'description', hashNear, { widthPx: 790, heightPx: 3_000, format: 'png' }], ...(at < 2 ? [['both', 'gallery', hashA, { widthPx: 800, heightPx: 600 }] as const] : [])]);
  }

  const classes = (await listImages(mirror, { product: 'o1' })).map(({ role, shape, kind, format }) => [role, shape, kind, format]);

  expect(classes.toSorted()).toEqual([['description', 'strip', 'notice', 'png'], ['gallery', 'landscape', 'shared', 'jpeg'], ['main', 'square', 'own', 'jpeg']]);
  expect(await listImages(mirror, { kind: 'notice' })).toHaveLength(5);
  expect(await listImages(mirror, { shape: 'landscape', supplier: 's-o0' })).toHaveLength(1);
  expect(await listImages(mirror, { format: 'png', role: 'main' })).toEqual([]);
  expect((await findDuplicates(mirror)).map(({ products: shown, suppliers: by }) => [shown, by])).toEqual([[5, 5], [2, 2]]);
});

test('stored pictures are written as folders, once, with names that hold on every file system', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror, folder } = await openTestMirror(stack);
  const server = stack.use(await pictureServer(numbered));
  const supplier = await suppliers(mirror.db).upsert({ sourceId: 'b2b-1', companyName: '杭州/云裳：服饰' });
  await products(mirror.db).upsert({ offerId: '610', title: '雪纺裙 "A/B"?', supplierId: supplier.id, images: [{ url: `${server.origin}/1.png`, role: 'main' }, { url: `${server.origin}/2.png`, role: 'gallery' }] });
  await products(mirror.db).upsert({ offerId: '611', title: 'CON', images: [{ url: `${server.origin}/3.png`, role: 'main' }] });
  await pullImages(mirror, { allow: server.allow });
  const directory = path.join(folder, '图片');

  const first = await exportImages(mirror, { by: 'supplier', directory });
  const again = await exportImages(mirror, { by: 'supplier', directory });
  const linked = await exportImages(mirror, { by: 'role', directory: path.join(folder, 'roles'), link: true });

  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((each) => each.isFile()).map((each) => path.relative(directory, path.join(each.parentPath, each.name)).replaceAll('\\', '/').replace(/[0-9a-f]{8}\.png$/, '*.png'));
  expect(files.toSorted()).toEqual(['未知供应商/_CON 611/main-01-*.png', '杭州／云裳：服饰 b2b-1/雪纺裙 ＂A／B＂？ 610/gallery-01-*.png', '杭州／云裳：服饰 b2b-1/雪纺裙 ＂A／B＂？ 610/main-01-*.png'].toSorted());
  expect([first, again, linked]).toMatchObject([{ written: 3, skipped: 0, missing: 0 }, { written: 0, skipped: 3 }, { linked: 3 }]);
  const [mainFile = ''] = await readdir(path.join(folder, 'roles', 'main'));
  expect((await stat(path.join(folder, 'roles', 'main', mainFile))).nlink).toBe(2);
});
