import { describe, expect, test } from 'vitest';
import { detectSource } from '@1688/sources';
import { bytes, fixture, readAll, readGood, readRejects } from './read-all.ts';

const ibank = 'https://cbu01.alicdn.com/img/ibank/';

describe('crossborder', () => {
  test('a keyword search in the documented envelope has plain titles, counts in 万, China time and no percents', async () => {
    const [cup] = await readGood(fixture('crossborder-keyword.json'));

    expect(cup).toMatchObject({ profile: 'crossborder', kind: 'list', position: { pointer: '/result/result/data/0' } });
    expect(cup!.product).toEqual({
      offerId: '610000000101', title: '跨境保温杯&吸管杯', titleTranslated: 'Insulated cup', priceMinCny: '12.50', consignPriceCny: '15.00', currency: 'CNY', minOrderQuantity: 2, soldQuantity: 12_000, rating: 4.8,
      createdAtSource: new Date('2025-03-01T01:30:00Z'), updatedAtSource: new Date('2025-09-05T02:43:28Z'),
      images: [{ url: `${ibank}O1CN01kw1_!!2200000000011-0-cib.jpg`, role: 'main' }, { url: `${ibank}O1CN01kw1w_!!2200000000011-0-cib.jpg`, role: 'gallery' }],
    });
  });

  test('an id beyond 2^53 keeps its digits, private-use characters stay, the words for nothing are null', async () => {
    const [, straw] = await readGood(fixture('crossborder-keyword.json'));

    expect(straw!.product).toMatchObject({ offerId: '9007199254740993123', title: '吸管杯\uE5E5替换', titleTranslated: null, priceMinCny: null, priceMaxCny: null, minOrderQuantity: null, soldQuantity: null, createdAtSource: null, images: [{ url: `${ibank}2020/913/310/15270013319_939970360.jpg` }] });
    expect(await readRejects(fixture('crossborder-keyword.json'))).toEqual(['1 FIELD_MISSING subject', '1 FIELD_INVALID priceInfo.price']);
  });

  test('an image search of a relay with its own names, as JSONP behind a byte order mark, is read', async () => {
    const records = await readGood(fixture('crossborder-image-search.json'));

    expect(await detectSource(fixture('crossborder-image-search.json'))).toMatchObject({ format: 'json', encoding: 'utf-8', profile: 'crossborder' });
    expect(records.map(({ product }) => [product.offerId, product.title, product.titleTranslated, product.priceMinCny, product.priceMaxCny, product.consignPriceCny])).toEqual([
      ['610000000111', '儿童雨衣', 'Kids raincoat', '18.90', undefined, '21.00'], ['610000000112', '雨靴', null, '125.00', '128.00', null],
    ]);
  });

  test('a detail in the documented envelope has the newer fields: prices for resale, grams, batches, member id', async () => {
    const [record] = await readGood(fixture('crossborder-detail-doc.json'));

    expect(record!.product).toMatchObject({
      offerId: '610000000121', categoryName: '宠物牵引', subtitle: '耐抓；不掉屑', pricingMode: 'shared-tiers', priceMinCny: '8.00', priceMaxCny: '8.80', unit: '套', sellUnit: '箱', unitsPerSellUnit: 12, mixedBatch: null, soldQuantity: 12_000, sourceStatus: 'member expired',
      specifications: { articleNumber: '00120', packageWeightKg: 0.8, packageLengthCm: 45 }, updatedAtSource: new Date('2025-09-05T02:43:28Z'),
      supplier: { sourceId: 'b2b-2200000000013a0b1c', aliases: [{ kind: 'memberId' }, { kind: 'userId', value: '2200000000013' }, { kind: 'loginId' }, { kind: 'openId' }] },
      skus: [{ skuId: '5000000000121', priceCny: '8.80', retailPriceCny: '19.90', weightGrams: 800, articleNumber: '007' }],
    });
  });
});

describe('reseller', () => {
  test('a new domestic search page has numbers as ids, the corrected score name, counts in 万 and percents nowhere', async () => {
    const [umbrella, folding] = await readGood(fixture('tmapi-search-page.json'));

    expect(umbrella!.product).toMatchObject({ offerId: '610000000131', title: '全自动雨伞', unit: '把', soldQuantity: 33_000, rating: null, supplier: { rating: 4.5, yearsActive: 5, city: '杭州市', url: 'https://example-umbrella.1688.com', aliases: [{ kind: 'memberId' }, { kind: 'userId', value: '2200000000014' }, { kind: 'loginId' }] } });
    expect(umbrella!.product).not.toHaveProperty('priceMaxCny');
    expect(folding!.product).toMatchObject({ offerId: '7091800003790954036', title: '折叠伞\uE5E5', titleTranslated: null, priceMinCny: '25.90', priceMaxCny: '29.89', soldQuantity: 5_160 });
  });

  test('a global detail keeps both titles, tiers, leading zeros of article numbers and weights in grams', async () => {
    const [record] = await readGood(fixture('tmapi-global-detail.json'));

    expect(record).toMatchObject({ kind: 'detail', product: { title: '不锈钢饭盒', titleTranslated: 'Stainless Steel Lunch Box', subtitle: '双层 大容量', sellUnit: '箱', mixedBatch: true, stockQuantity: 1_200, priceMinCny: '9.80', priceMaxCny: '19.60', videoUrl: expect.stringContaining('.mp4') as string, skus: [{ articleNumber: '0042', weightGrams: 350 }] } });
    expect(record!.product).toMatchObject({ supplier: { yearsActive: 8, aliases: [{ kind: 'memberId' }, { kind: 'userId', value: '2200000000015' }] } });
  });

  test('onebound’s search rows know the shop by member id, login id and openId', async () => {
    const [shirt, drive] = await readGood(fixture('onebound-search.json'));

    expect(shirt!.product).toMatchObject({ title: '男士T恤夏季', priceMinCny: '18.00', soldQuantity: 2_000, supplier: { sourceId: 'b2b-2200000000016ee', name: '石狮示例服装厂', province: '福建', city: '泉州市', aliases: [{ kind: 'memberId' }, { kind: 'loginId', value: '示例服装' }, { kind: 'openId', value: 'BBBexampleOpenId-16' }] } });
    expect(drive!.product.supplier).toEqual({ sourceId: '2200000000016', aliases: [{ kind: 'userId', value: '2200000000016' }, { kind: 'openId', value: 'BBBexampleOpenId-16' }] });
  });

  test('onebound’s older items list videos and the pictures of values elsewhere', async () => {
    const [record] = await readGood(fixture('onebound-item-older.json'));

    expect(record!.product).toMatchObject({
      videoUrl: 'https://cloud.video.taobao.com/play/u/1/p/1.mp4', sellUnit: '盒', createdAtSource: new Date('2020-02-01T02:00:00Z'), supplier: { name: '示例数码店', city: '广州' },
      skus: [{ attributes: [{ name: '机身内存', value: '64GB' }, { name: '颜色', value: '铁灰色', imageUrl: `${ibank}2020/1/1/1_1.jpg` }] }],
    });
  });

  test('an answer that says only what went wrong is one reject', async () => {
    const outcomes = await readAll(bytes('{"item":{},"error":"item-not-found","error_code":"2000"}'), { profile: 'reseller' });

    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'FIELD_MISSING' } }]);
  });
});

describe('1688-cli', () => {
  test('an offer has SKUs by the axes of its options, grams, pictures of the description and the shop card', async () => {
    const [record] = await readGood(fixture('cli-offer.json'));

    expect(record).toMatchObject({ profile: '1688-cli', kind: 'detail' });
    expect(record!.product).toMatchObject({
      offerId: '610000000151', title: '针织开衫', priceMinCny: '25.90', priceMaxCny: '29.89', minOrderQuantity: 2, unit: '件', mixedBatch: true, soldQuantity: 12_000, categoryId: '1031910', specifications: { packageWeightKg: 0.4 },
      supplier: { sourceId: 'b2b-2200000000018bb', rating: 4.5, yearsActive: 6, province: '广东', city: '广州市' },
    });
    expect(record!.product.skus).toEqual([
      { skuId: '5000000000151', attributes: [{ name: '颜色', value: '红色', imageUrl: `${ibank}O1CN01knitred_!!2200000000018-0-cib.jpg` }, { name: '尺码', value: 'L' }], priceCny: '29.89', stockQuantity: 120, soldQuantity: 33, imageUrl: `${ibank}O1CN01knitred_!!2200000000018-0-cib.jpg`, weightGrams: 350 },
      { skuId: '5000000000152', attributes: [{ name: '颜色', value: '黑色' }, { name: '尺码', value: 'L' }], priceCny: '25.90', imageUrl: `${ibank}O1CN01knitblack_!!2200000000018-0-cib.jpg` },
    ]);
    expect(record!.product.images!.map(({ role }) => role)).toEqual(['main', 'gallery', 'sku', 'sku', 'description']);
  });

  test('what was not seen on the page is not told, and failures of a batch are no records', async () => {
    const outcomes = await readAll(fixture('cli-offers.json'));

    expect(outcomes).toHaveLength(2);
    expect(outcomes[1]).toMatchObject({ ok: true, value: { product: { offerId: '610000000152', title: 'Offer 610000000152', url: 'https://detail.1688.com/offer/610000000152.html' } } });
    expect(Object.keys((await readGood(fixture('cli-offers.json')))[1]!.product)).toEqual(['offerId', 'title', 'url']);
  });

  test('a search row has tiers in words, and a price that asks for a login is null', async () => {
    const [dress, hidden] = await readGood(fixture('cli-search.json'));

    expect(dress).toMatchObject({ kind: 'list', product: { priceMinCny: '35.00', priceTiers: [{ minQuantity: 2, priceCny: '35.00' }, { minQuantity: 100, priceCny: '31.50' }], soldQuantity: 12_000, rating: 4.5, supplier: { supplierType: '生产加工', rating: 4, yearsActive: 3, city: '杭州市' } } });
    expect(hidden!.product).toEqual({ offerId: '610000000162', title: '夏季连衣裙', priceMinCny: null, priceMaxCny: null, url: 'https://detail.1688.com/offer/610000000162.html' });
  });

  test('a line of research is one record of its row and its summary', async () => {
    const [looked, row] = await readGood(fixture('cli-research.jsonl'));

    expect(looked).toMatchObject({ kind: 'list', position: { line: 1, pointer: '' }, product: { priceMinCny: '33.00', priceMaxCny: '42.00', stockQuantity: 9_800, soldQuantity: 12_345, unit: '件', supplier: { aliases: [{ kind: 'memberId' }, { kind: 'userId', value: '2200000000019' }, { kind: 'loginId' }] } } });
    expect(row).toMatchObject({ position: { line: 2 }, product: { offerId: '610000000164', priceMinCny: '35.00' } });
  });
});

describe('apify', () => {
  test('rows of several actors are known by what they name alike', async () => {
    const [shell, ears, cable] = await readGood(fixture('apify-rows.json'));

    expect(shell).toMatchObject({ profile: 'apify', kind: 'list', observedAt: new Date('2026-01-02T03:04:05Z'), product: { offerId: '610000000171', priceMinCny: '3.80', priceMaxCny: '4.50', minOrderQuantity: 10, supplier: { sourceId: 'b2b-2200000000020dd', province: '广东', city: '深圳市' } } });
    expect(ears).toMatchObject({ product: { offerId: '610000000172', priceMinCny: '12.50', soldQuantity: 12_000, supplier: { sourceId: 'name:示例音响', yearsActive: 5 } } });
    expect(cable).toMatchObject({ kind: 'detail', observedAt: new Date('2026-01-02T03:04:05Z'), product: { offerId: '9007199254740993124', title: '数据线\uE5E5', titleTranslated: 'USB-C cable', stockQuantity: 12_000, reviewCount: 15_000, supplier: { sourceId: '2200000000022', name: '示例线材' }, attributes: [{ name: '材质', value: 'TPE' }, { name: '长度', value: '1m' }], skus: [{ articleNumber: '0001', soldQuantity: 100 }, { attributes: [{ name: '规格', value: '黑 1m' }] }] } });
  });

  test('a row of a failed page and prices in another currency are rejected', async () => {
    const rejects = (await readRejects(fixture('apify-rows.json'))).map((reject) => reject.replace(/^\d+ /, ''));

    expect(rejects).toEqual(['FIELD_INVALID error', 'FIELD_INVALID currency']);
  });
});
