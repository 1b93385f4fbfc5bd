import { unitPrice, type Product } from '@1688/core';
import { importProducts } from '@1688/catalog';
import { products } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { recordsOf } from './records.ts';

const tiers = [{ minQuantity: 2, priceCny: '35.00' }, { minQuantity: 100, priceCny: '31.50' }];
const dear = [{ minQuantity: 1, priceCny: '50.00' }, { minQuantity: 10, priceCny: '45.00' }];

test.each<[string, Partial<Product>, (string | null)[]]>([
  ['tiers (quoteType 0)', { pricingMode: 'tiers', priceTiers: tiers }, [null, '35.00', '31.50']],
  ['sku (1)', { pricingMode: 'sku', priceTiers: tiers, skus: [{ skuId: 'a', priceCny: '7.8' }] }, ['7.80', '7.80', '7.80']],
  ['shared-tiers (2)', { pricingMode: 'shared-tiers', priceTiers: tiers, skus: [{ skuId: 'a', priceCny: '7.8' }] }, [null, '35.00', '31.50']],
  ['sku-tiers (3)', { pricingMode: 'sku-tiers', priceTiers: tiers, skus: [{ skuId: 'b', priceTiers: tiers }, { skuId: 'a', priceTiers: dear }] }, ['50.00', '45.00', '45.00']],
])('the price of one piece is right after it went through the tables: %s', async (_, told, expected) => {
  await using database = await testDatabase();
  await importProducts(database.db, recordsOf([{ offerId: '610947572360', ...told }]));

  const stored = await products(database.db).find('610947572360');

  const skuId = told.skus ? { skuId: 'a' } : {};
  expect([1, 50, 150].map((quantity) => stored && unitPrice(stored, { ...skuId, quantity }))).toEqual(expected);
});
