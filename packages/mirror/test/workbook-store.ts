import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { productImages } from '@1688/db';
import { openImageStore } from '@1688/images';
import { importFile, loadConfig, openMirror, type Mirror } from '@1688/mirror';
import { testDatabase } from '@1688/vitest';

export interface WorkbookStore extends AsyncDisposable {
  readonly mirror: Mirror;
  readonly folder: string;
}

const dressPicture = 'https://cbu01.alicdn.com/img/ibank/O1CN01first_!!2208000001-0-cib.jpg';

const offers = [
  {
    entity: 'product', offerId: '610947572360123456', title: '夏季新款雪纺连衣裙女 ZOOLAND', titleTranslated: 'Chiffon dress', subtitle: '一件代发', priceMinCny: '31.50', priceMaxCny: '35.00', consignPriceCny: '38.1234',
    pricingMode: 'shared-tiers', minOrderQuantity: 2, unit: '件', sellUnit: '箱', unitsPerSellUnit: 12, mixedBatch: true, stockQuantity: 120, soldQuantity: 7, rating: 4.8, categoryId: '1031910', categoryName: '连衣裙',
    description: '<p>雪纺,\n"柔软"</p>', specifications: { articleNumber: '00071', 重量: 0.35 }, url: 'https://detail.1688.com/offer/610947572360.html', createdAtSource: '2025-12-31T18:00:00.000Z', updatedAtSource: '2026-03-01T20:03:04.000Z',
    supplier: { sourceId: 'b2b-2217592221256', name: '示例服饰有限公司', province: '浙江', city: '杭州市', aliases: [{ kind: 'loginId', value: '示例服饰' }, { kind: 'memberId', value: 'b2b-2217592221256' }] },
    attributes: [{ name: '材质', value: '雪纺' }], priceTiers: [{ minQuantity: 2, priceCny: '35.00' }, { minQuantity: 100, priceCny: '31.50' }],
    skus: [{ skuId: '5705677000000000001', attributes: [{ name: '颜色', value: '红色' }], priceCny: '35.00', stockQuantity: 7, articleNumber: '00071' }],
    images: [{ url: dressPicture, role: 'main' }, { url: 'https://cbu01.alicdn.com/img/ibank/O1CN01second_!!2208000001-0-cib.jpg', role: 'gallery' }],
  },
  { entity: 'product', offerId: '610947572361', title: '=SUM(1+1) 保温杯', priceMinCny: '9.90', priceMaxCny: '9.90' },
];

/** A red picture of one pixel. */
const redPng = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==', 'base64');

/** A store on a fresh database; `lines` are imported. */
export async function openStore(lines: readonly object[] = []): Promise<WorkbookStore> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const folder = stack.use(await mkdtempDisposable(path.join(tmpdir(), 'book1688-'))).path;
  const config = await loadConfig({ cwd: folder, env: { DATABASE_URL: database.url, DATA_DIR: folder } });
  const mirror = stack.use(await openMirror(config, { migrate: false }));
  if (lines.length > 0) await importFile(mirror, new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n')));
  const all = stack.move();
  return { mirror, folder, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** A store with two products, one of which has a title that looks like a formula. */
export function workbookStore(): Promise<WorkbookStore> {
  return openStore(offers);
}

/** Stores the main picture of the dress as if it had been pulled. */
export async function storePicture({ mirror }: WorkbookStore): Promise<void> {
  await using images = await openImageStore({ storage: mirror.storage });
  await productImages(mirror.db).stored(dressPicture, await images.add(redPng));
}

export async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
