import fc from 'fast-check';
import { expect, test } from 'vitest';
import { productSchema } from './product.ts';
import { isSoundProduct } from './sound-product.ts';

const whole = {
  offerId: '610947572360', title: '夏季雪纺连衣裙女', titleTranslated: null, subtitle: '新款', description: '<p>裙</p>', categoryId: '1031910', categoryName: '连衣裙',
  attributes: [{ name: '材质', value: '雪纺' }, { name: '颜色', value: '红色', imageUrl: 'https://cbu01.alicdn.com/red.jpg' }], specifications: { 毛重: 0.3, 进口: false, 产地: null },
  priceMinCny: '31.50', priceMaxCny: '35.00', consignPriceCny: '40', retailPriceCny: null, currency: 'CNY', pricingMode: 'sku', priceTiers: [{ minQuantity: 2, priceCny: '35.00' }],
  minOrderQuantity: 2, unit: '件', sellUnit: '手', unitsPerSellUnit: 10, mixedBatch: true, stockQuantity: 0, soldQuantity: 12_000, reviewCount: 3, rating: 4.5, sourceStatus: 'published',
  url: 'https://detail.1688.com/offer/610947572360.html', videoUrl: null,
  supplier: { sourceId: 'b2b-2217592221256', name: '义乌饰品厂', rating: 4, yearsActive: 7, aliases: [{ kind: 'memberId', value: 'b2b-2217592221256' }] },
  skus: [{ skuId: '5001', specId: 'ab12', attributes: [{ name: '尺码', value: 'S' }], priceCny: '35', stockQuantity: 7, weightGrams: 210.5, priceTiers: null }],
  images: [{ url: 'https://cbu01.alicdn.com/1.jpg', role: 'main' }], createdAtSource: new Date('2026-01-02T03:04:05Z'), updatedAtSource: null,
};

/** What a field may turn into: right and wrong alike. */
const odd = fc.constantFrom<unknown>(
  undefined, null, '', ' ', ' 裙 ', '裙', 'x'.repeat(501), 'x'.repeat(4_001), '12.50', '12.505', '1e3', '-1', '12.', 0, -1, 1.5, 5, 5.1, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, true,
  [], {}, [null], [{}], [{ name: '材质' }], [{ minQuantity: 0, priceCny: '1' }], [{ url: '', role: 'main' }], [{ url: 'https://a/b.jpg', role: 'other' }], new Date(Number.NaN), new Date(0),
  { sourceId: 'a b' }, { sourceId: 'x', aliases: null }, { sourceId: 'x', other: 1 }, { 'ü': 1 }, { deep: {} },
);

test('every field of the schema has its check, and a whole product passes', () => {
  expect(isSoundProduct(whole)).toBe(true);
  expect(Object.keys(whole).toSorted()).toEqual(Object.keys(productSchema.shape).toSorted());
});

test('what passes satisfies the schema and comes out of it unchanged', () => {
  const fields = [...Object.keys(whole), 'unknown'];
  let passed = 0;
  fc.assert(fc.property(fc.constantFrom(...fields), odd, fc.constantFrom(...fields), odd, (first, one, second, other) => {
    const product = { ...whole, [first]: one, [second]: other };
    if (!isSoundProduct(product)) return;
    passed += 1;
    expect(productSchema.parse(product)).toEqual(product);
  }), { numRuns: 5_000 });
  expect(passed).toBeGreaterThan(100);
});
