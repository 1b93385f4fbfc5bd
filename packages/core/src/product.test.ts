import { describe, expect, test } from 'vitest';
import { isSyncError } from './error.ts';
import { parseProduct, parseProductUpdate, unitPrice } from './product.ts';

const dress = { offerId: '610000000001', title: '夏季雪纺连衣裙' };

function rejection(input: unknown): { code: string; message: string; field: unknown; hint: string | undefined } {
  try {
    parseProduct(input);
  } catch (error) {
    if (isSyncError(error)) return { code: error.code, message: error.message, field: error.details['field'], hint: error.hint };
    throw error;
  }
  throw new Error('nothing was rejected');
}

describe('parseProduct', () => {
  test('keeps absent, null and zero apart', () => {
    const product = parseProduct({ ...dress, priceMinCny: null, stockQuantity: 0 });

    expect(product.priceMinCny).toBeNull();
    expect(product.stockQuantity).toBe(0);
    expect(product.priceMaxCny).toBeUndefined();
  });

  test('leaves unknown fields out', () => {
    expect(parseProduct({ ...dress, admin: true })).toEqual(dress);
  });

  test('says that a number as id may have lost digits', () => {
    const { code, message, field, hint } = rejection({ ...dress, offerId: 7.12e11 });

    expect({ code, field }).toEqual({ code: 'FIELD_INVALID', field: 'offerId' });
    expect(message).toBe('Expected offerId of the product to be an id as text; a number may have lost digits, received 712000000000.');
    expect(hint).toContain('offerId');
  });

  test.each([[{ title: 'x' }, 'offerId'], [{ offerId: '1', title: '' }, 'title'], [{ offerId: '1', title: null }, 'title'], [{ offerId: '1', title: '   ' }, 'title']])('%j lacks %s', (input, field) => {
    expect(rejection(input)).toMatchObject({ code: 'FIELD_MISSING', field });
  });

  test('names the place of a bad value inside a list', () => {
    const input = { ...dress, skus: [{ skuId: '1' }, { skuId: '2', priceCny: '-3' }] };

    expect(rejection(input)).toMatchObject({ code: 'FIELD_INVALID', field: 'skus.1.priceCny' });
  });

  test('a title that is too long is told by its length and not by its text', () => {
    const { code, message } = rejection({ ...dress, title: '长'.repeat(1_001) });

    expect(code).toBe('FIELD_TOO_LONG');
    expect(message.length).toBeLessThan(200);
  });

  test.each([null, 7, 'text', [dress]])('%j is no record', (input) => {
    expect(rejection(input).code).toBe('RECORD_INVALID');
  });
});

describe('unitPrice', () => {
  const priceTiers = [{ minQuantity: 100, priceCny: '31.50' }, { minQuantity: 2, priceCny: '35.00' }];
  const skus = [{ skuId: 'red', priceCny: '40.00' }, { skuId: 'blue', priceCny: '42.00', priceTiers: [{ minQuantity: 10, priceCny: '41.00' }] }];

  test('follows the tier that the quantity reaches, in whatever order they stand', () => {
    expect([1, 2, 99, 100, 5_000].map((quantity) => unitPrice({ priceTiers }, { quantity }))).toEqual([null, '35.00', '35.00', '31.50', '31.50']);
  });

  test('takes the price of the SKU where each has its own', () => {
    expect(unitPrice({ pricingMode: 'sku', skus }, { quantity: 1, skuId: 'red' })).toBe('40.00');
    expect(unitPrice({ pricingMode: 'sku', skus }, { quantity: 1, skuId: 'green' })).toBeNull();
  });

  test('takes the tiers of the SKU where tiers differ by SKU', () => {
    expect(unitPrice({ pricingMode: 'sku-tiers', skus }, { quantity: 12, skuId: 'blue' })).toBe('41.00');
    expect(unitPrice({ pricingMode: 'sku-tiers', skus }, { quantity: 1, skuId: 'blue' })).toBeNull();
    expect(unitPrice({ pricingMode: 'sku-tiers', skus }, { quantity: 12, skuId: 'red' })).toBe('40.00');
  });

  test('shares tiers over all SKUs where the offer says so', () => {
    expect(unitPrice({ pricingMode: 'shared-tiers', priceTiers, skus }, { quantity: 100, skuId: 'red' })).toBe('31.50');
  });

  test('a range does not say which price is true, a point does', () => {
    expect(unitPrice({ priceMinCny: '1.00', priceMaxCny: '2.00' }, { quantity: 1 })).toBeNull();
    expect(unitPrice({ priceMinCny: '1.00', priceMaxCny: '1.00' }, { quantity: 1 })).toBe('1.00');
  });

  test('a price on request stays null', () => {
    expect(unitPrice({ priceTiers: [], priceMinCny: null }, { quantity: 1 })).toBeNull();
  });
});

describe('parseProductUpdate', () => {
  test('a message need not have a title, and none is made up', () => {
    expect(parseProductUpdate({ offerId: '610947572360', sourceStatus: 'expired' })).toEqual({ offerId: '610947572360', sourceStatus: 'expired' });
    expect(() => parseProduct({ offerId: '610947572360', sourceStatus: 'expired' })).toThrow(expect.objectContaining({ code: 'FIELD_MISSING', details: { field: 'title' } }));
  });

  test('a title that is told must be one, and the id is needed as ever', () => {
    expect(() => parseProductUpdate({ offerId: '1', title: ' ' })).toThrow(expect.objectContaining({ details: { field: 'title' } }));
    expect(() => parseProductUpdate({ sourceStatus: 'expired' })).toThrow(expect.objectContaining({ details: { field: 'offerId' } }));
  });
});
