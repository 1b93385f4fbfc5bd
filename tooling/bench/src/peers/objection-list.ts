/**
 * The page of fifty products as an objection handler gives it: models, a graph, `res.end(JSON)`. Argument: `{ address, schema }` as JSON.
 * Prints its address.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import knex from 'knex';
import { Model } from 'objection';

const { address, schema } = JSON.parse(process.argv[2] ?? '') as { address: string; schema: string };

class Supplier extends Model {
  static override tableName = 'suppliers';
}

class Picture extends Model {
  static override tableName = 'product_images';
}

class Product extends Model {
  static override tableName = 'products';
  static override relationMappings = () => ({
    supplier: { relation: Model.BelongsToOneRelation, modelClass: Supplier, join: { from: 'products.supplier_id', to: 'suppliers.id' } },
    pictures: { relation: Model.HasManyRelation, modelClass: Picture, join: { from: 'products.id', to: 'product_images.product_id' } },
  });
}

const db = knex({ client: 'pg', connection: address, searchPath: [schema], pool: { min: 0, max: 10 } });
const columns = [
  'products.id', 'source_id', 'title', 'title_translated', 'supplier_id', 'category_id', 'category_name', 'price_min', 'price_max', 'min_order_quantity', 'unit', 'stock_quantity', 'sold_quantity', 'rating', 'source_status',
  'sync_status', 'delisted_at', 'last_synced_at', 'updated_at',
];

async function page(after: string): Promise<string> {
  const items = await Product.query(db).select(columns).where('products.id', '>', after).whereNull('deleted_at').orderBy('products.id').limit(50)
    .withGraphFetched('[supplier, pictures]').modifyGraph('pictures', (query) => { query.where('state', 'stored').whereNull('deleted_at').select('product_id', 'sha256', 'role', 'position'); });
  return JSON.stringify({ items });
}

const server = createServer((request, response) => {
  const after = /after=(\d+)/.exec(request.url ?? '')?.[1] ?? '0';
  page(after).then((body) => { response.writeHead(200, { 'content-type': 'application/json' }).end(body); }, () => { response.writeHead(500).end(); });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
process.on('SIGTERM', () => process.exit());
