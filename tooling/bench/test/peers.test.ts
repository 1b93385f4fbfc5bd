import { testDatabase } from '@1688/vitest';
import { describe, expect, test } from 'vitest';
import { open as openKnex } from '../src/peers/knex.ts';
import { open as openObjection } from '../src/peers/objection.ts';
import type { ReadyOffer } from '../src/peers/peer.ts';

function readyOffer(offerId: string): ReadyOffer {
  return {
    product: { source_id: offerId, title: '夏季新款雪纺连衣裙女中长款', attributes: [{ name: '面料名称', value: '雪纺' }], specifications: { articleNumber: 'YS-2026' }, price_min: 31.5 },
    skus: [0, 1, 2].map((position) => ({ source_id: `${offerId}${position}`, position, attributes: [{ name: '颜色', value: '米白色' }], price: 35 })),
    tiers: [{ min_quantity: 2, price: 35 }, { min_quantity: 100, price: 31.5 }],
  };
}

describe.each([['knex', openKnex], ['objection', openObjection]] as const)('%s', (_, open) => {
  test('writes products with the SKUs and tiers that are theirs', async () => {
    await using database = await testDatabase();
    const { schema, knex } = database.db;
    const peer = open(database.url, schema);

    await peer.write([readyOffer('610947572360'), readyOffer('610947572361')]);
    await peer.close();

    const products = await knex.withSchema(schema).from('products').orderBy('source_id')
      .select<{ id: string; attributes: unknown; specifications: unknown }[]>('id', 'attributes', 'specifications');
    const skus = await knex.withSchema(schema).from('skus').orderBy('source_id').select<{ product_id: string }[]>('product_id');
    const tiers = await knex.withSchema(schema).from('price_tiers').orderBy(['product_id', 'min_quantity']).select<{ price: string }[]>('price');
    expect(products[0]).toMatchObject({ attributes: [{ name: '面料名称', value: '雪纺' }], specifications: { articleNumber: 'YS-2026' } });
    expect(skus.map(({ product_id: id }) => id)).toEqual([0, 0, 0, 1, 1, 1].map((index) => products[index]?.id));
    expect(tiers.map(({ price }) => Number(price))).toEqual([35, 31.5, 35, 31.5]);
  });
});
