import { describe, expect, test } from 'vitest';
import { mapWithPointers } from './map-with-pointers.ts';

const detail = JSON.stringify({
  productID: 610947572360, subject: '夏季雪纺连衣裙', status: 'published', createTime: '20260102030405000+0800',
  saleInfo: { quoteType: 1, minOrderQuantity: 2, amountOnSale: 2, priceRanges: [{ startQuantity: 2, price: 35 }] },
  skuInfos: [{ skuId: 11, price: 31.5, amountOnSale: 2, attributes: [{ attributeDisplayName: '颜色', attributeValue: '红' }] }, { skuId: 12, price: 35, amountOnSale: 0, attributes: [{ attributeDisplayName: '颜色', attributeValue: '蓝' }] }],
});

function pointersOf(document: string, profile: string, field: string, format?: string): readonly string[] | undefined {
  return mapWithPointers({ document, profile, format }, [field])?.get(field)?.pointers.map(({ pointer }) => pointer);
}

describe('mapWithPointers', () => {
  test.each([
    ['title', ['/subject']],
    ['priceMinCny', ['/skuInfos/0/price']],
    ['priceMaxCny', ['/skuInfos/1/price']],
    ['minOrderQuantity', ['/saleInfo/minOrderQuantity']],
    ['stockQuantity', ['/saleInfo/amountOnSale']],
    ['pricingMode', ['/saleInfo/quoteType']],
    ['createdAtSource', ['/createTime']],
    ['priceTiers', ['/saleInfo/priceRanges/0/startQuantity', '/saleInfo/priceRanges/0/price']],
    ['skus/12/stockQuantity', ['/skuInfos/1/amountOnSale']],
    ['skus/12/attributes', ['/skuInfos/1/attributes/0/attributeDisplayName', '/skuInfos/1/attributes/0/attributeValue']],
    ['currency', []],
    ['subtitle', []],
  ])('%s of a product was made from %j, though other places hold the same', (field, pointers) => {
    expect(pointersOf(detail, 'open-platform', field)).toEqual(pointers);
  });

  test('a cell of a table is named by its header, a word that a message implies by its topic', () => {
    const row = JSON.stringify({ 商品ID: '610947572360', 商品标题: '连衣裙', '价格/元': '', 价格: '35-41.5' });
    const message = JSON.stringify({ type: 'PRODUCT_RELATION_VIEW_PRODUCT_EXPIRE', msgId: 1, data: { productIds: '610947572360' } });

    expect(pointersOf(row, 'table', 'priceMaxCny', 'csv')).toEqual(['/价格']);
    expect(pointersOf(message, 'change-message', 'sourceStatus')).toEqual(['/type']);
  });

  test('a document that gives no product has nothing to point at', () => {
    expect(mapWithPointers({ document: '{"productID":1}', profile: 'open-platform' }, ['title'])).toBeNull();
  });
});
