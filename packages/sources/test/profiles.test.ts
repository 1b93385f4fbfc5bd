import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { detectSource } from '@1688/sources';
import { fixture, readAll, readGood, readRejects } from './read-all.ts';

const ibank = 'https://cbu01.alicdn.com/img/ibank/';

describe('reseller', () => {
  test('a global search row has the Chinese title, its translation and the told range', async () => {
    const [first] = await readGood(fixture('tmapi-search.jsonl'));

    expect(first).toMatchObject({ profile: 'reseller', mapperVersion: 1, kind: 'list', observedAt: null, position: { line: 1, record: 1, pointer: '' } });
    expect(first!.product).toEqual({
      offerId: '610000000001', title: '夏季雪纺连衣裙女', titleTranslated: 'Summer Chiffon Dress for Women', priceMinCny: '35.00', priceMaxCny: '41.50', currency: 'CNY',
      minOrderQuantity: 2, soldQuantity: 2810, rating: null, url: 'https://detail.1688.com/offer/610000000001.html',
      images: [{ url: 'https://cbu01-overseas.1688.com/img/ibank/O1CN01dress1_!!2200000000001-0-cib.jpg', role: 'main' }],
    });
  });

  test('a domestic search row has tiers with units glued to them, counts in words and a supplier', async () => {
    const second = (await readGood(fixture('tmapi-search.jsonl')))[1]!;

    expect(second.product).toMatchObject({
      offerId: '610000000002', title: '新款雨伞折叠&遮阳', categoryId: '201000001', priceMinCny: '11.20', priceMaxCny: '12.00', minOrderQuantity: 50, soldQuantity: 12_000, rating: 4.5, mixedBatch: true,
      priceTiers: [{ minQuantity: 50, priceCny: '12.00' }, { minQuantity: 100, priceCny: '11.20' }],
      supplier: {
        sourceId: 'b2b-2200000000002a1b2c', name: '义乌市示例伞业有限公司', companyName: '义乌市示例伞业有限公司', supplierType: '生产加工', province: '浙江', city: '金华市', rating: 4,
        aliases: [{ kind: 'memberId', value: 'b2b-2200000000002a1b2c' }, { kind: 'userId', value: '2200000000002' }, { kind: 'loginId', value: '示例伞业' }],
      },
    });
  });

  test('a price on request is null, and a row that shows no tiers tells nothing about them', async () => {
    const third = (await readGood(fixture('tmapi-search.jsonl')))[2]!.product;

    expect(third).toMatchObject({ title: '护眼台灯', titleTranslated: 'Desk Lamp', priceMinCny: null, priceMaxCny: null });
    expect(third).not.toHaveProperty('priceTiers');
    expect(third).not.toHaveProperty('supplier');
  });

  test('every bad line is one reject with its line, code and field, kept whole', async () => {
    const rejects = (await readAll(fixture('tmapi-search.jsonl'))).filter((outcome) => !outcome.ok);
    const lines = (await readFile(fixture('tmapi-search.jsonl'), 'utf8')).split('\n');

    expect(rejects.map(({ item, error }) => [item.position.line, error.code, item.field])).toEqual([[4, 'FIELD_MISSING', 'item_id'], [5, 'FIELD_INVALID', 'price'], [6, 'RECORD_INVALID', null], [7, 'RECORD_INVALID', null]]);
    expect(rejects.map(({ item }) => item.document)).toEqual(lines.slice(3, 7));
  });

  test('a detail has SKUs with the picture of their colour, weights, attributes and tiers', async () => {
    const [record] = await readGood(fixture('tmapi-detail.json'));

    expect(record).toMatchObject({ kind: 'detail', position: { pointer: '/data' } });
    expect(record!.product).toMatchObject({
      offerId: '610000000007', unit: '件', mixedBatch: false, minOrderQuantity: 1, priceMinCny: '25.90', priceMaxCny: '29.89',
      priceTiers: [{ minQuantity: 1, priceCny: '29.89' }, { minQuantity: 10, priceCny: '25.90' }],
      attributes: [{ name: '款式', value: '开衫' }, { name: '面料', value: '腈纶' }],
      supplier: { sourceId: 'b2b-2200000000003f00ba', name: '示例服饰', url: 'https://example-shop.1688.com', province: '广东', city: '广州市' },
      images: [{ role: 'main' }, { role: 'gallery' }, { role: 'sku', url: `${ibank}O1CN01white_!!2200000000003-0-cib.jpg` }],
    });
    expect(record!.product.skus).toEqual([
      { skuId: '5000000000001', specId: '0123456789abcdef0123456789abcdef', attributes: [{ name: '颜色', value: '白色', imageUrl: `${ibank}O1CN01white_!!2200000000003-0-cib.jpg` }, { name: '尺码', value: 'L' }], priceCny: '29.89', stockQuantity: 12, imageUrl: `${ibank}O1CN01white_!!2200000000003-0-cib.jpg`, weightGrams: 350 },
      { skuId: '5000000000002', specId: 'fedcba9876543210fedcba9876543210', attributes: [{ name: '颜色', value: '黑:灰' }, { name: '尺码', value: 'L' }], priceCny: '25.90', stockQuantity: 0 },
    ]);
  });

  test('onebound’s item has its description’s pictures, tiers as pairs and the seller’s keys', async () => {
    const [record] = await readGood(fixture('onebound-item.json'));

    expect(record!.product).toMatchObject({
      offerId: '610000000008', url: 'https://detail.1688.com/offer/610000000008.html', minOrderQuantity: 2, stockQuantity: 520, soldQuantity: 381, priceMinCny: '7.10', priceMaxCny: '7.70',
      priceTiers: [{ minQuantity: 2, priceCny: '7.70' }, { minQuantity: 100, priceCny: '7.10' }],
      supplier: { sourceId: '2200000000004', name: '示例陶瓷厂', aliases: [{ kind: 'userId', value: '2200000000004' }, { kind: 'loginId', value: '示例陶瓷' }] },
      skus: [{ skuId: '5000000000003', attributes: [{ name: '颜色', value: '红' }, { name: '尺码', value: 'M' }], stockQuantity: 260, imageUrl: `${ibank}O1CN01vasered_!!2200000000004-0-cib.jpg` }],
    });
    expect(record!.product.images!.map(({ role, url }) => [role, url.replace(ibank, '')])).toEqual([
      ['main', '2014/100/200/3100000000_290000000.460x460xz.jpg'], ['gallery', 'O1CN01vase3_!!2200000000004-0-cib.jpg'], ['sku', 'O1CN01vasered_!!2200000000004-0-cib.jpg'],
      ['description', 'O1CN01vase1_!!2200000000004-0-cib.jpg'], ['description', 'O1CN01vase2_!!2200000000004-0-cib.jpg'],
    ]);
  });
});

describe('crossborder', () => {
  test('a detail is found in its wrapper, with SKUs, tier, pictures by role and supplier', async () => {
    const [record] = await readGood(fixture('crossborder-detail.json'));
    const { product } = record!;

    expect(record).toMatchObject({ profile: 'crossborder', kind: 'detail', position: { line: 1, pointer: '/data' } });
    expect(product).toMatchObject({
      offerId: '610000000009', title: '宠物胸背牵引绳小型犬', titleTranslated: '반려견 가슴줄', categoryId: '121800003', pricingMode: 'sku', priceMinCny: '47.00', priceMaxCny: '57.00', unit: '个',
      priceTiers: [{ minQuantity: 1, priceCny: '47.00' }], unitsPerSellUnit: null, mixedBatch: true, stockQuantity: 38, soldQuantity: 38, rating: 5, sourceStatus: 'published', createdAtSource: new Date('2024-08-08T07:14:21Z'),
      supplier: { sourceId: '2200000000005', rating: 4, province: '广东', city: '广州市', aliases: [{ kind: 'userId', value: '2200000000005' }, { kind: 'openId', value: 'BBBexampleOpenId-01' }] },
    });
    expect(product.attributes).toEqual([{ name: '材质', value: '涤纶' }, { name: '颜色', value: '绿' }, { name: '颜色', value: '红' }]);
    expect(product.images!.map(({ role }) => role)).toEqual(['main', 'gallery', 'sku', 'description', 'description']);
    expect(product.skus).toEqual([
      { skuId: '5000000000011', specId: '00aa11bb22cc33dd44ee55ff66007788', attributes: [{ name: '颜色', value: '绿', imageUrl: `${ibank}O1CN01green_!!2200000000005-0-cib.jpg` }, { name: '规格', value: 'S码' }], priceCny: '47.00', consignPriceCny: '47.00', stockQuantity: 38, articleNumber: 'AB-001-S', imageUrl: `${ibank}O1CN01green_!!2200000000005-0-cib.jpg`, weightGrams: 500 },
      { skuId: '5000000000012', specId: '99887766554433221100ffeeddccbbaa', attributes: [{ name: '颜色', value: '红' }], priceCny: '57.00', consignPriceCny: null, stockQuantity: 0, articleNumber: 'AB-001-M' },
    ]);
  });

  test('absent, null and zero stay three things', async () => {
    const { product } = (await readGood(fixture('crossborder-detail.json')))[0]!;

    expect(product.consignPriceCny).toBeNull();
    expect(product.skus![1]!.stockQuantity).toBe(0);
    expect(product).not.toHaveProperty('updatedAtSource');
    expect(product).not.toHaveProperty('categoryName');
  });

  test('a page gives one record a row, each with the seller that the page names', async () => {
    const records = await readGood(fixture('crossborder-seller-offers.json'));

    expect(records.map(({ position, product }) => [position.pointer, product.offerId, product.priceMinCny, product.priceMaxCny])).toEqual([['/data/data/0', '610000000009', '47.00', undefined], ['/data/data/1', '610000000010', '125.00', '128.00']]);
    expect(records.map(({ product }) => product.supplier?.sourceId)).toEqual(['BBBexampleOpenId-01', 'BBBexampleOpenId-01']);
    expect(await readRejects(fixture('crossborder-seller-offers.json'))).toEqual(['1 FIELD_MISSING subject']);
  });

  test('the document of a row can be read again by itself and gives the same product', async () => {
    const [record] = await readGood(fixture('crossborder-seller-offers.json'));

    const [again] = await readGood(new TextEncoder().encode(record!.document));

    expect(again!.product).toEqual(record!.product);
    expect(JSON.parse(record!.document)).toMatchObject({ offerId: 610_000_000_009, priceInfo: { consignPrice: '47' } });
  });
});

describe('table', () => {
  test('cells land in their fields, and a blank cell tells nothing', async () => {
    const [dress, umbrella, vase] = (await readGood(fixture('table.gb18030.csv'))).map(({ product }) => product);

    expect(await detectSource(fixture('table.gb18030.csv'))).toMatchObject({ format: 'csv', encoding: 'gb18030', profile: 'table' });
    expect(dress).toEqual({
      offerId: '610000000001', title: '夏季雪纺连衣裙女', priceMinCny: '35.00', priceMaxCny: '41.50', minOrderQuantity: 2, soldQuantity: 100, url: 'https://detail.1688.com/offer/610000000001.html',
      supplier: { sourceId: 'name:示例服饰', name: '示例服饰', aliases: [] }, images: [{ url: `${ibank}O1CN01dress1_!!2200000000001-0-cib.jpg`, role: 'main' }],
    });
    expect(umbrella).toEqual({ offerId: '610000000002', title: '折叠雨伞, 防晒"升级"款', priceMinCny: '12.00', minOrderQuantity: 3, url: 'https://detail.1688.com/offer/610000000002.html' });
    expect(vase).toMatchObject({ offerId: '610000000003', title: '𠮷瓷花瓶R&amp;B', priceMinCny: null, priceMaxCny: null, soldQuantity: 12_000 });
  });

  test('ids may be quoted as Excel users quote them, and a cell may hold several pictures', async () => {
    const last = (await readGood(fixture('table.gb18030.csv'))).at(-1)!.product;

    expect(last).toMatchObject({ offerId: '610000000008', priceMinCny: '0.00', soldQuantity: 0, images: [{ role: 'main', url: `${ibank}a.jpg` }, { role: 'gallery', url: `${ibank}b.jpg` }] });
  });

  test('ruined ids, missing titles, words for prices and torn rows are rejected by line', async () => {
    expect(await readRejects(fixture('table.gb18030.csv'))).toEqual([
      '5 FIELD_INVALID 商品ID', '6 FIELD_MISSING 商品标题', '7 FIELD_INVALID 价格(元)', '8 RECORD_INVALID null', '9 FIELD_INVALID 商品ID',
    ]);
  });

  test('flat JSON of a crawler is a table too; ids that it made up are replaced by the one in the address', async () => {
    const lines = [
      { title: '帆布包', product_id: 'auto_1700000000_x1', price: 12.5, source_url: 'https://detail.1688.com/offer/610000000020.html', image_urls: ['//cbu01.alicdn.com/img/ibank/a.jpg'], crawl_time: '2024-08-08 15:14:21' },
      { error: 'timeout', url: 'https://detail.1688.com/offer/610000000021.html', category: 'x' },
      { title: '没有编号', product_id: 'auto_1700000000_x2', price: 1, source_url: '' },
    ];
    const input = new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n'));

    const [bag] = await readGood(input);

    expect(bag).toMatchObject({ profile: 'table', observedAt: new Date('2024-08-08T07:14:21Z'), product: { offerId: '610000000020', priceMinCny: '12.50', images: [{ role: 'main' }] } });
    expect(await readRejects(input)).toEqual(['2 FIELD_INVALID error', '3 FIELD_MISSING product_id']);
  });

  test('a rejected row can be mended and imported as the JSON line it was kept as', async () => {
    const rejected = (await readAll(fixture('table.gb18030.csv'))).find((outcome) => !outcome.ok)!;
    const mended = rejected.item.document.replace('6.1E+11', '610000000004');

    const [record] = await readGood(new TextEncoder().encode(mended));

    expect(record!.product).toMatchObject({ offerId: '610000000004', title: '被表格毁掉的编号', priceMinCny: '9.90' });
  });
});

describe('taobao-package', () => {
  test('a 数据包 in UTF-16 has its three header lines, quoted line breaks, pictures and SKUs read', async () => {
    const [dress, second] = await readGood(fixture('taobao-package.utf16le.csv'));

    expect(await detectSource(fixture('taobao-package.utf16le.csv'))).toMatchObject({ format: 'tsv', encoding: 'utf-16le', profile: 'taobao-package' });
    expect(dress!.product).toMatchObject({
      offerId: '610000000001', title: '夏季雪纺连衣裙女', priceMinCny: '35.00', stockQuantity: 999, updatedAtSource: new Date('2024-08-08T07:14:21Z'), specifications: { taobaoCategoryId: '50010850', location: '广东 广州' },
      images: [{ role: 'main', url: `${ibank}a.jpg` }, { role: 'description', url: `${ibank}O1CN01desc_!!2200000000001-0-cib.jpg` }],
      skus: [{ skuId: '1627207:28341;20509:28314', priceCny: '35.00', stockQuantity: 10, articleNumber: 'AB-1' }, { skuId: '1627207:28326;20509:28314', priceCny: '36.50', stockQuantity: 0, articleNumber: 'AB-2' }],
    });
    expect(dress!.position.line).toBe(4);
    expect(second).toMatchObject({ position: { line: 6 }, product: { offerId: '610000000002', subtitle: '卖点' } });
  });

  test('an old one with Chinese headers only, in GBK, is the same', async () => {
    const [now] = await readGood(fixture('taobao-package.utf16le.csv'));
    const [old] = await readGood(fixture('taobao-package-old.gbk.csv'));

    expect(old!.product).toEqual(now!.product);
  });
});

describe('1688sync-export', () => {
  test('product lines come back as they were, lines of other entities are passed over', async () => {
    const outcomes = await readAll(fixture('export.jsonl'));

    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ ok: true, value: { profile: '1688sync-export', position: { line: 2, record: 1 }, product: { offerId: '610000000009', titleTranslated: null, skus: [{ skuId: '5000000000011', priceTiers: [] }], createdAtSource: new Date('2024-08-08T07:14:21Z') } } });
  });

  test('a CSV export comes back with its nested fields', async () => {
    const csv = 'offerId,title,priceMinCny,stockQuantity,supplier,priceTiers,skus,images\n="610000000009",牵引绳,47.00,38,"{""sourceId"":""2200000000005"",""name"":""示例""}","[{""minQuantity"":1,""priceCny"":""47.00""}]",[],\n610000000010,猫绳,,,{oops,,,\n';

    const [record] = await readGood(new TextEncoder().encode(csv));

    expect(record).toMatchObject({ profile: '1688sync-export', product: { offerId: '610000000009', priceMinCny: '47.00', stockQuantity: 38, supplier: { sourceId: '2200000000005' }, priceTiers: [{ minQuantity: 1 }], skus: [] } });
    expect(record!.product).not.toHaveProperty('images');
    expect(await readRejects(new TextEncoder().encode(csv))).toEqual(['3 FIELD_INVALID supplier']);
  });
});
