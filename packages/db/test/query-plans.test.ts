import { createHash } from 'node:crypto';
import { testDatabase } from '@1688/vitest';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { changes, imageDecisions, imageObjects, productImages, products, skus, suppliers, syncRecords, syncRejects, transaction, type Database } from '../src/index.ts';
import { collected } from './fixtures/collected.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
  await fill(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

/** Enough rows that reading a whole table would be the worse plan. */
async function fill(db: Database): Promise<void> {
  await db.knex.raw(`
    insert into sync1688.suppliers (source_id) select 's' || n from generate_series(1, 2000) n;
    insert into sync1688.supplier_aliases (kind, value, supplier_id) select 'memberId', 'm' || n, n from generate_series(1, 2000) n;
    insert into sync1688.products (source_id, title, supplier_id, category_id, price_min, sold_quantity, updated_at, sync_status, title_grams)
      select 'o' || n, '商品' || n, 1 + n % 2000, 'c' || n % 500, n % 997, n % 991, now() - make_interval(secs => n), case when n % 500 = 0 then 'failed' else 'completed' end, sync1688.grams('商品' || n)
      from generate_series(1, 8000) n;
    insert into sync1688.skus (product_id, source_id, position) select n, 'k' || n, 0 from generate_series(1, 8000) n;
    insert into sync1688.price_tiers (product_id, min_quantity, price) select n, 1, 1 from generate_series(1, 8000) n;
    insert into sync1688.image_objects (sha256, key, size_bytes, width_px, height_px, format, unreferenced_at)
      select encode(sha256(n::text::bytea), 'hex'), 'k', 1, 1, 1, 'png', case when n % 100 = 0 then now() end from generate_series(1, 5000) n;
    insert into sync1688.image_variants (sha256, recipe, recipe_hash, key, variant_sha256, size_bytes, width_px, height_px, format)
      select sha256, 'thumbnail', '1', 'v', sha256, 1, 1, 1, 'webp' from sync1688.image_objects;
    insert into sync1688.product_images (product_id, role, position, url, canonical_url, state, sha256, next_attempt_at)
      select n, 'main', 0, 'u' || n, 'u' || n, case when n <= 5000 then 'stored' else 'pending' end, case when n <= 5000 then encode(sha256(n::text::bytea), 'hex') end, to_timestamp(n)
      from generate_series(1, 8000) n;
    insert into sync1688.image_decisions (product_id, other_product_id, decision) select n, n + 1 + n % 3, 'same' from generate_series(1, 3000) n;
    insert into sync1688.sync_records (kind, scope, status) select 'import', 'scope' || n % 50, case when n % 500 = 0 then 'running' else 'completed' end from generate_series(1, 5000) n;
    insert into sync1688.sync_rejects (sync_record_id, code, message, document) select 1 + n % 5000, 'X', '', '' from generate_series(1, 10000) n;
    insert into sync1688.changes (entity, source_id, kind, sync_record_id) select 'product', 'o' || n % 5000, 'updated', n % 1000 from generate_series(1, 20000) n;
    insert into sync1688.sightings (sync_record_id, kind, scope, observed_at, product_count, product_ids) select 1 + n % 20, 'list', 'x', now() - make_interval(mins => n), 0, '' from generate_series(1, 3000) n;`);
  await db.knex.raw('analyze');
}

/** Names of the indexes that the statements of `work` use by the planner's own choice. */
async function indexesOf(work: (db: Database) => Promise<unknown>): Promise<string> {
  const { db } = database;
  const statements: { sql: string; bindings: unknown[] }[] = [];
  const asked = vi.spyOn(pg.Client.prototype, 'query');
  await work(db).finally(() => {
    for (const [query, values] of asked.mock.calls as unknown as [string | { text: string; values?: unknown[] }, unknown][]) {
      statements.push(typeof query === 'string' ? { sql: query, bindings: Array.isArray(values) ? values : [] } : { sql: query.text, bindings: query.values ?? [] });
    }
    asked.mockRestore();
  });
  const plans: string[] = [];
  await using connection = await db.connect();
  for (const { sql, bindings } of statements.filter((each) => /^\s*(select|with|insert|update|delete)/i.test(each.sql))) {
    const { rows } = await connection.client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, bindings);
    plans.push(...rows.map((row) => row['QUERY PLAN']));
  }
  return plans.filter((line) => /index/i.test(line)).join('\n');
}

/** SHA-256 of the text `7`, as `fill` makes it. */
const anObject = createHash('sha256').update('7').digest('hex');
const page = { limit: 10 } as const;

test.each<[string, (db: Database) => Promise<unknown>]>([
  ['products_source_id_key', (db) => products(db).find('o77')],
  ['products_supplier', (db) => products(db).page({ ...page, supplierId: '7' })],
  ['products_category', (db) => products(db).page({ ...page, categoryId: 'c7' })],
  ['products_price', (db) => products(db).page({ ...page, order: 'price' })],
  ['products_sold', (db) => products(db).page({ ...page, order: 'sold', direction: 'desc' })],
  ['products_updated', (db) => products(db).page({ ...page, order: 'updated', direction: 'desc' })],
  ['products_unsynced', (db) => products(db).page({ ...page, syncStatus: 'failed' })],
  ['products_pkey', (db) => products(db).page({ limit: 3 })],
  ['suppliers_source_id_key', (db) => suppliers(db).find('s77')],
  ['suppliers_pkey', (db) => suppliers(db).findById('77')],
  ['supplier_aliases_pkey', (db) => suppliers(db).findByAlias({ kind: 'memberId', value: 'm77' })],
  ['supplier_aliases_supplier', (db) => suppliers(db).find('s77')],
  ['skus_product_id_source_id_key', (db) => products(db).find('o77')],
  ['skus_source', (db) => skus(db).findOffers('k77')],
  ['price_tiers_product', (db) => products(db).find('o77')],
  ['product_images_product_id_role_canonical_url_key', (db) => products(db).find('o77')],
  ['product_images_waiting', (db) => productImages(db).claim({ limit: 5, leaseSeconds: 0 })],
  ['product_images_waiting', (db) => productImages(db).candidates({ limit: 5 })],
  ['product_images_gone', (db) => productImages(db).candidates({ limit: 10_000, includeFailed: true })],
  ['product_images_fetched', (db) => productImages(db).claimStale({ before: new Date(0), limit: 5 })],
  ['image_decisions_other', (db) => imageDecisions(db).list('o77')],
  ['product_images_canonical', (db) => productImages(db).failed('u7', { code: 'X', message: '', retryable: true })],
  ['product_images_object', (db) => productImages(db).findOffers('0'.repeat(64))],
  ['image_objects_pkey', (db) => imageObjects(db).find(anObject)],
  ['image_variants_pkey', (db) => imageObjects(db).find(anObject)],
  ['image_objects_unreferenced', (db) => imageObjects(db).count({ unreferencedBefore: new Date(0) })],
  ['sync_records_scope', (db) => collected(syncRecords(db).list({ kind: 'import', scope: 'scope7', limit: 3 }))],
  ['sync_records_running', (db) => collected(syncRecords(db).listSilent())],
  ['sync_rejects_record', (db) => collected(syncRejects(db).list({ syncRecordId: '77' }))],
  ['changes_pkey', (db) => collected(changes(db).list({ since: 19_990n }))],
  ['changes_entity', (db) => collected(changes(db).list({ sourceId: 'o77' }))],
  ['sightings_observed', (db) => db.knex.raw(
    `select kind, observed_at, product_ids from sync1688.sightings where observed_at > ? and first_product_id <= ? and last_product_id >= ? order by observed_at`, [new Date(), '9', '1'])],
  ['suppliers_joined', (db) => db.knex.raw(`update sync1688.suppliers set joined_into = 1 where joined_into = any('{7}')`)],
  ['changes_run', (db) => collected(changes(db).list({ syncRecordId: '77' }))],
])('the index %s is used', async (index, work) => {
  const used = await indexesOf(work);

  expect(used).toMatch(new RegExp(`\\b${index}\\b`));
});

test('the uniqueness of tiers is kept by the database for products and for SKUs', async () => {
  const { db } = database;
  const tier = (skuId: string | null) => transaction(db, async (trx) => {
    for (let time = 0; time < 2; time += 1) await trx.knex.withSchema(trx.schema).table('price_tiers').insert({ product_id: 1, sku_id: skuId, min_quantity: 50, price: 1 });
  });

  await expect(tier(null)).rejects.toMatchObject({ code: 'DB_CONFLICT', details: { constraint: 'price_tiers_of_product' } });
  await expect(tier('1')).rejects.toMatchObject({ code: 'DB_CONFLICT', details: { constraint: 'price_tiers_of_sku' } });
});
