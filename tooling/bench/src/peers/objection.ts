import knex from 'knex';
import { Model, type PartialModelGraph } from 'objection';
import type { Peer } from './peer.ts';

class Row extends Model {
  /** A connection answers one query after the other: more at once only makes pg warn. */
  static concurrency = 1;
}

class Sku extends Row {
  static override tableName = 'skus';
  static override jsonAttributes = ['attributes'];
}

class PriceTier extends Row {
  static override tableName = 'price_tiers';
}

class Product extends Row {
  static override tableName = 'products';
  static override jsonAttributes = ['attributes', 'specifications'];
  static override relationMappings = () => ({
    skus: { relation: Model.HasManyRelation, modelClass: Sku, join: { from: 'products.id', to: 'skus.product_id' } },
    tiers: { relation: Model.HasManyRelation, modelClass: PriceTier, join: { from: 'products.id', to: 'price_tiers.product_id' } },
  });
}

/** objection's insertGraph: each product with its SKUs and tiers, many at once. */
export const open = (address: string, schema: string): Peer => {
  const db = knex({ client: 'pg', connection: address, searchPath: [schema] });
  return {
    write: (offers) => Product.transaction(db, async (trx) => {
      await Product.query(trx).insertGraph(offers.map(({ product, skus, tiers }) => ({ ...product, skus, tiers }) as PartialModelGraph<Product>));
    }),
    close: () => db.destroy(),
  };
};
