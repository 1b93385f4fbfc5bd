import { parseProduct } from '@1688/core';
import { describe, expect, test } from 'vitest';
import { aProduct, aProductRecord, aSupplier } from './builders.ts';

describe('builders', () => {
  test('a built product is one that core accepts', () => {
    const product = aProduct({ supplier: aSupplier() });

    expect(parseProduct(product)).toEqual(product);
  });

  test('two built products are two offers', () => {
    expect(aProduct().offerId).not.toBe(aProduct().offerId);
  });

  test('given fields replace the default ones', () => {
    const record = aProductRecord({ title: '瑜伽裤女高腰提臀' }, { kind: 'list' });

    expect(record).toMatchObject({ kind: 'list', product: { title: '瑜伽裤女高腰提臀' } });
    expect(JSON.parse(record.document)).toMatchObject({ title: '瑜伽裤女高腰提臀' });
  });
});
