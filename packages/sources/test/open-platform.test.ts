import { describe, expect, test } from 'vitest';
import { unitPrice, type Product } from '@1688/core';
import { detectSource, type RawObject } from '@1688/sources';
import { bytes, fixture, readAll, readGood, readRejects } from './read-all.ts';

const ibank = 'https://cbu01.alicdn.com/img/ibank/';
const host = 'https://cbu01.alicdn.com/';

/** The product of one `productInfo`, as the reader gives it. */
async function productOf(info: RawObject | string): Promise<Product> {
  const text = typeof info === 'string' ? info : JSON.stringify(info);
  const [record] = await readGood(bytes(`{"productInfo":${text},"success":true}`), { profile: 'open-platform' });
  return record!.product as Product;
}

/** The product of the list fixture that has this place in it. */
async function listed(place: number): Promise<Product> {
  return (await readGood(fixture('open-platform-list.json')))[place]!.product as Product;
}

describe('open-platform, one product', () => {
  test('it is found in its wrapper and mapped whole', async () => {
    const [record] = await readGood(fixture('open-platform-product.json'));

    expect(record).toMatchObject({ profile: 'open-platform', mapperVersion: 1, kind: 'detail', observedAt: null, position: { line: 1, pointer: '/productInfo' } });
    expect(record!.product).toMatchObject({
      offerId: '610000000101', title: '秋冬新款慵懒风针织开衫女R&B款宽松外搭毛衣', categoryId: '1031910', categoryName: '毛衣', pricingMode: 'sku', currency: 'CNY',
      priceMinCny: '47.00', priceMaxCny: '49.90', consignPriceCny: null, retailPriceCny: '129.00', priceTiers: [{ minQuantity: 2, priceCny: '47.00' }],
      minOrderQuantity: 2, unit: '件', sellUnit: null, unitsPerSellUnit: null, mixedBatch: true, stockQuantity: 388, soldQuantity: 1999, sourceStatus: 'published',
      videoUrl: 'https://cloud.video.taobao.com/play/u/2200000000101/p/1/e/6/t/1/500000000101.mp4',
      supplier: { sourceId: '2200000000101', province: '浙江', city: '杭州市', aliases: [{ kind: 'userId', value: '2200000000101' }, { kind: 'loginId', value: '示例针织厂' }] },
    });
  });

  test('an attribute that comes once for each value stays so, and one without a value is left out', async () => {
    const [record] = await readGood(fixture('open-platform-product.json'));

    expect(record!.product.attributes).toEqual([{ name: '面料名称', value: '腈纶' }, { name: '颜色', value: '米白色' }, { name: '颜色', value: '焦糖色' }]);
  });

  test('relative picture paths become addresses, by role; spacers and rewritten pictures are left out', async () => {
    const [record] = await readGood(fixture('open-platform-product.json'));

    expect(record!.product.images!.map(({ role, url }) => [role, url.replace(ibank, '')])).toEqual([
      ['main', '2019/221/909/10000000011_640000002.jpg'], ['gallery', '2019/222/909/10000000012_640000002.jpg'], ['sku', '2019/223/909/10000000013_640000002.jpg'],
      ['description', 'O1CN01cardd1_!!2200000000101-0-cib.jpg'], ['description', '2019/310/150/10000000001_640000002.jpg'],
    ]);
  });

  test('the rewritten title of intelligentInfo is not the seller’s and lands nowhere', async () => {
    const [record] = await readGood(fixture('open-platform-product.json'));

    expect(JSON.stringify(record!.product)).not.toContain('被算法改写');
  });

  test('SKUs have both ids, the name of each axis wherever it stands, their picture, and the consign price of extendInfos', async () => {
    const { skus } = (await readGood(fixture('open-platform-product.json')))[0]!.product;

    expect(skus).toEqual([
      {
        skuId: '3746000000101', specId: 'fb82997a5b64af3c729cea89bef44409', priceCny: '47.00', consignPriceCny: '50.00', retailPriceCny: '129.00', stockQuantity: 388, articleNumber: 'MB-2026-01', priceTiers: null,
        imageUrl: `${ibank}2019/223/909/10000000013_640000002.jpg`, attributes: [{ name: '颜色', value: '米白色', imageUrl: `${ibank}2019/223/909/10000000013_640000002.jpg` }, { name: '尺码', value: '均码' }],
      },
      {
        skuId: '3746000000102', specId: 'e59a659a891496dc81829ef0e5b34d12', priceCny: '49.90', consignPriceCny: '52.50', retailPriceCny: '129.00', stockQuantity: 0, articleNumber: null, priceTiers: [],
        attributes: [{ name: '颜色', value: '焦糖色' }, { name: '尺码', value: '均码' }],
      },
    ]);
  });

  test('times without separators are China time to the millisecond', async () => {
    const { product } = (await readGood(fixture('open-platform-product.json')))[0]!;

    expect(product.createdAtSource).toEqual(new Date('2026-01-01T19:04:05.000Z'));
    expect(product.updatedAtSource).toEqual(new Date('2026-02-19T09:55:05.123Z'));
  });

  test('weights stay kilograms under names that say so, and a zero says nothing', async () => {
    const { specifications } = (await readGood(fixture('open-platform-product.json')))[0]!.product;

    expect(specifications).toEqual({ articleNumber: 'MB-2026', productType: 'wholesale', bizType: '1', saleType: 'normal', unitWeightKg: 0.45, packageLengthCm: 40, packageWidthCm: 30, packageHeightCm: 4.5 });
  });

  test('mainVideo is read where a relay has mended the misspelt name', async () => {
    const product = await productOf({ productID: 1, subject: '开衫', image: null, mainVideo: 'https://cloud.video.taobao.com/play/u/1/1.mp4' });

    expect(product.videoUrl).toBe('https://cloud.video.taobao.com/play/u/1/1.mp4');
  });
});

describe('open-platform, prices by quoteType', () => {
  test('0: the tier that the total quantity reaches', async () => {
    const cup = await listed(0);

    expect(cup).toMatchObject({ pricingMode: 'tiers', priceMinCny: '0.1399', priceMaxCny: '0.18', skus: null });
    expect([99, 100, 2_999, 3_000, 10_000].map((quantity) => unitPrice(cup, { quantity }))).toEqual([null, '0.18', '0.18', '0.155', '0.1399']);
    expect(unitPrice(cup, { quantity: 100, skuId: '1' })).toBeNull();
  });

  test('1: the price of the SKU, whatever the quantity', async () => {
    const bottle = await listed(1);

    expect(bottle).toMatchObject({ pricingMode: 'sku', priceMinCny: '21.50', priceMaxCny: '24.00' });
    expect(unitPrice(bottle, { quantity: 1, skuId: '9007199254740993001' })).toBe('21.50');
    expect(unitPrice(bottle, { quantity: 5_000, skuId: '9007199254740993003' })).toBe('24.00');
    expect(unitPrice(bottle, { quantity: 1 })).toBeNull();
  });

  test('2: the tier of the offer, for every SKU', async () => {
    const towel = await listed(2);

    expect(towel).toMatchObject({ pricingMode: 'shared-tiers', priceMinCny: '5.90', priceMaxCny: '6.80' });
    expect([9, 10, 200].map((quantity) => unitPrice(towel, { quantity, skuId: '3746000000121' }))).toEqual([null, '6.80', '5.90']);
    expect(unitPrice(towel, { quantity: 200, skuId: '3746000000122' })).toBe('5.90');
  });

  test('3: the tier of the SKU', async () => {
    const bag = await listed(3);

    expect(bag).toMatchObject({ pricingMode: 'sku-tiers', priceMinCny: '0.28', priceMaxCny: '0.55', priceTiers: null });
    expect([99, 100, 1_000].map((quantity) => unitPrice(bag, { quantity, skuId: '3746000000131' }))).toEqual([null, '0.35', '0.28']);
    expect(unitPrice(bag, { quantity: 100_000, skuId: '3746000000132' })).toBe('0.55');
  });

  test('a quoteType as text is the same, and an unknown one is left open', async () => {
    const asText = await productOf({ productID: 1, subject: '杯', saleInfo: { quoteType: '2', priceRanges: [{ startQuantity: '1', price: '5' }] } });
    const unknown = await productOf({ productID: 1, subject: '杯', saleInfo: { quoteType: 9, priceRanges: [{ startQuantity: 1, price: 5 }] } });

    expect(asText.pricingMode).toBe('shared-tiers');
    expect(unknown.pricingMode).toBeUndefined();
    expect(unitPrice(unknown, { quantity: 1 })).toBe('5.00');
  });

  test('a price that is hidden until login is null, not zero', async () => {
    const phoneCase = await listed(4);

    expect(phoneCase).toMatchObject({ priceMinCny: null, priceMaxCny: null, priceTiers: [], skus: [], stockQuantity: null, unit: null });
    expect(unitPrice(phoneCase, { quantity: 10 })).toBeNull();
    expect(phoneCase).not.toHaveProperty('supplier');
  });

  test('the noise of a double is no digit of a price, and a price of five decimals is rejected', async () => {
    const noisy = await productOf('{"productID":1,"subject":"杯","saleInfo":{"quoteType":0,"priceRanges":[{"startQuantity":1,"price":29.900000000000002}]}}');
    const rejects = await readRejects(bytes('{"productID":1,"subject":"杯","saleInfo":{"quoteType":0,"priceRanges":[{"startQuantity":1,"price":1.23456}]}}'), { profile: 'open-platform' });

    expect(noisy.priceTiers).toEqual([{ minQuantity: 1, priceCny: '29.90' }]);
    expect(rejects).toEqual(['1 FIELD_INVALID saleInfo.priceRanges.0.price']);
  });

  test('a large stock in Java’s scientific notation keeps its number', async () => {
    expect((await listed(0)).stockQuantity).toBe(225_936_008);
    expect((await productOf('{"productID":1,"subject":"杯","saleInfo":{"amountOnSale":1.0E7}}')).stockQuantity).toBe(10_000_000);
  });
});

describe('open-platform, lists and answers', () => {
  test('ids beyond the exact numbers keep their digits', async () => {
    const bottle = await listed(1);

    expect(bottle.offerId).toBe('9007199254740993110');
    expect(bottle.skus!.map(({ skuId }) => skuId)).toEqual(['9007199254740993001', '9007199254740993003']);
    expect((await productOf('{"productID":9007199254740993771,"subject":"杯","image":{}}')).offerId).toBe('9007199254740993771');
  });

  test('statuses stay the source’s own words, blanks and all', async () => {
    const records = await readGood(fixture('open-platform-list.json'));

    expect(records.map(({ product }) => product.sourceStatus)).toEqual(['published', 'member expired', 'auditing', 'expired', 'published']);
    expect(records.map(({ position }) => position.pointer)).toEqual([0, 1, 2, 3, 4].map((index) => `/result/pageResult/resultList/${index}`));
  });

  test('sold by the box: unit, box and pieces in a box', async () => {
    expect(await listed(0)).toMatchObject({ unit: '只', sellUnit: '箱', unitsPerSellUnit: 1_000, mixedBatch: false });
  });

  test('an axis without any name is known by its number', async () => {
    expect((await listed(1)).skus![0]!.attributes).toEqual([{ name: '1654', value: '500ml' }]);
  });

  test('the head of a product in a list is a list record that says nothing about prices and SKUs', async () => {
    const records = await readGood(fixture('open-platform-simple.jsonl'));

    expect(records.map(({ kind, product }) => [kind, product.offerId])).toEqual([['detail', '610000000120'], ['list', '610000000121']]);
    expect(records[1]!.product).toEqual({
      offerId: '610000000121', title: '宝宝成长纪念册相册', specifications: { productType: 'wholesale', bizType: '1' }, sourceStatus: 'published', supplier: { sourceId: 'alitest01', aliases: [{ kind: 'loginId', value: 'alitest01' }] },
      images: [{ role: 'main', url: `${host}img/ibank/2018/502/115/9100000000_1600000000.jpg` }, { role: 'gallery', url: `${host}img/ibank/2018/625/691/9100000001_1600000000.jpg` }],
    });
  });

  test('a simple answer has its reference price, and SKUs without one', async () => {
    const [record] = await readGood(fixture('open-platform-simple.jsonl'));

    expect(record!.product).toMatchObject({ priceMinCny: '66.00', priceMaxCny: '66.00', skus: [{ skuId: '3810000000120', stockQuantity: 6_000 }] });
    expect(record!.product.skus![0]).not.toHaveProperty('priceCny');
  });

  test('a product without a title and the answer for an unknown offer are rejects that say so', async () => {
    const rejects = (await readAll(fixture('open-platform-simple.jsonl'))).filter((outcome) => !outcome.ok);

    expect(rejects.map(({ item, error }) => [item.position.line, error.code, item.field])).toEqual([[3, 'FIELD_MISSING', 'subject'], [4, 'RECORD_INVALID', null]]);
    expect(rejects[1]!.error.message).toContain('商品[610000000998]不存在');
  });

  test('an empty page is no error of a record', async () => {
    await expect(readAll(bytes('{"result":{"success":true,"pageResult":{"totalRecords":0,"resultList":[]}}}'))).rejects.toMatchObject({ code: 'SOURCE_EMPTY' });
  });

  test('it is detected by its own field names, before a table', async () => {
    const detection = await detectSource(fixture('open-platform-list.json'));

    expect(detection).toMatchObject({ format: 'json', profile: 'open-platform' });
    expect(detection.why).toContain('productID');
  });
});
