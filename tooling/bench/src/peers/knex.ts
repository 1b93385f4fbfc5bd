import knex from 'knex';
import type { Peer, Row } from './peer.ts';

/** knex.batchInsert, a table after the other, as its documentation shows it: children get the ids that come back. */
export const open = (address: string, schema: string): Peer => {
  const db = knex({ client: 'pg', connection: address, searchPath: [schema] });
  return {
    write: (offers) => db.transaction(async (trx) => {
      const products = offers.map(({ product }) => ({ ...product, attributes: JSON.stringify(product['attributes']), specifications: JSON.stringify(product['specifications']) }));
      const ids = await trx.batchInsert<Row, { id: string }[]>('products', products, 1000).returning('id');
      const skus = offers.flatMap((offer, index) => offer.skus.map((sku) => ({ ...sku, product_id: ids[index]?.id, attributes: JSON.stringify(sku['attributes']) })));
      await trx.batchInsert('skus', skus, 1000);
      await trx.batchInsert('price_tiers', offers.flatMap((offer, index) => offer.tiers.map((tier) => ({ ...tier, product_id: ids[index]?.id }))), 1000);
    }),
    close: () => db.destroy(),
  };
};
