import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importFile, loadConfig, openMirror, type Mirror } from '@1688/mirror';
import { testDatabase } from '@1688/vitest';

export interface WorkbookStore extends AsyncDisposable {
  readonly mirror: Mirror;
  readonly folder: string;
}

const offers = [
  {
    entity: 'product', offerId: '610947572360123456', title: '夏季新款雪纺连衣裙女 ZOOLAND', priceMinCny: '31.50', priceMaxCny: '35.00', minOrderQuantity: 2, unit: '件', stockQuantity: 120,
    updatedAtSource: '2026-03-01T02:03:04.000Z', supplier: { sourceId: 'b2b-2217592221256', name: '示例服饰有限公司', aliases: [{ kind: 'memberId', value: 'b2b-2217592221256' }] },
    attributes: [{ name: '材质', value: '雪纺' }], priceTiers: [{ minQuantity: 2, priceCny: '35.00' }, { minQuantity: 100, priceCny: '31.50' }],
    skus: [{ skuId: '5705677000000000001', attributes: [{ name: '颜色', value: '红色' }], priceCny: '35.00', stockQuantity: 7, articleNumber: '00071' }],
    images: [{ url: 'https://cbu01.alicdn.com/img/ibank/O1CN01first_!!2208000001-0-cib.jpg', role: 'main' }],
  },
  { entity: 'product', offerId: '610947572361', title: '=SUM(1+1) 保温杯', priceMinCny: '9.90', priceMaxCny: '9.90' },
];

/** A store with two products, one of which has a title that looks like a formula. */
export async function workbookStore(): Promise<WorkbookStore> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const folder = stack.use(await mkdtempDisposable(path.join(tmpdir(), 'book1688-'))).path;
  const config = await loadConfig({ cwd: folder, env: { DATABASE_URL: database.url, DATA_DIR: folder } });
  const mirror = stack.use(await openMirror(config, { migrate: false }));
  await importFile(mirror, new TextEncoder().encode(offers.map((offer) => JSON.stringify(offer)).join('\n')));
  const all = stack.move();
  return { mirror, folder, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
