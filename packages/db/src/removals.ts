import { SyncError } from '@1688/core';
import { appendChanges } from './changes.ts';
import type { Connection, Transaction } from './connection.ts';
import { adjustReferences } from './image-objects.ts';
import { quoteName } from './quote-name.ts';
import { atomically } from './transaction.ts';

/** Of these many at a time: a batch is one transaction, so that a long list neither locks for long nor is lost by one failure. */
const batchSize = 500;

type Marked = 'products' | 'suppliers';
const entities = { products: 'product', suppliers: 'supplier' } as const satisfies Record<Marked, 'product' | 'supplier'>;

/** Sets or clears the soft deletion of those that have the other state. @returns their source ids */
export async function markMany(db: Connection, table: Marked, sourceIds: readonly string[], at: Date | null): Promise<string[]> {
  return inBatches(sourceIds, (batch) => atomically(db, async (trx) => {
    const name = `${quoteName(trx.schema)}.${table}`;
    const { rows } = await trx.knex.raw<{ rows: { source_id: string }[] }>(
      `with held as materialized (
         select id from ${name} where source_id = any(:batch) and (deleted_at is null) = :removing order by id for update)
       update ${name} t set deleted_at = :at, updated_at = now() from held where t.id = held.id returning t.source_id`,
      { batch, removing: at !== null, at } as never);
    const done = rows.map((row) => row.source_id).toSorted();
    await appendChanges(trx, done.map((sourceId) => ({ entity: entities[table], sourceId, kind: at ? 'removed' : 'restored' })));
    return done;
  }));
}

/**
 * Deletes products for good, with their SKUs, tiers, pictures, history and documents. @returns the offer ids that were there
 */
export async function purgeProducts(db: Connection, offerIds: readonly string[]): Promise<string[]> {
  return inBatches(offerIds, (batch) => atomically(db, (trx) => purgeBatch(trx, batch)));
}

async function purgeBatch(trx: Transaction, offerIds: readonly string[]): Promise<string[]> {
  const s = quoteName(trx.schema);
  const { rows } = await trx.knex.raw<{ rows: { id: string; source_id: string; live: boolean }[] }>(
    `select id, source_id, deleted_at is null as live from ${s}.products where source_id = any(?) order by id for update`, [offerIds] as never);
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const shown = await trx.knex.raw<{ rows: { sha256: string; count: string }[] }>(
    `select sha256, count(*) as count from ${s}.product_images where product_id = any(?) and deleted_at is null and sha256 is not null group by sha256`, [ids] as never);
  await adjustReferences(trx, new Map(shown.rows.map((each) => [each.sha256, -Number(each.count)])));
  for (const table of ['product_images', 'price_tiers', 'skus', 'history_points', 'tellings']) await trx.knex.raw(`delete from ${s}.${table} where product_id = any(?)`, [ids] as never);
  await trx.knex.raw(`delete from ${s}.payloads where source_id = any(?)`, [rows.map((row) => row.source_id)] as never);
  await trx.knex.raw(`delete from ${s}.products where id = any(?)`, [ids] as never);
  await appendChanges(trx, rows.filter((row) => row.live).map((row) => ({ entity: 'product', sourceId: row.source_id, kind: 'removed' })));
  return rows.map((row) => row.source_id);
}

/**
 * Deletes a supplier for good, with its aliases.
 * @returns false when there is no such supplier
 * @throws DB_FOREIGN_KEY while a product, removed or not, belongs to it
 */
export async function purgeSupplier(db: Connection, sourceId: string): Promise<boolean> {
  return atomically(db, async (trx) => {
    const s = quoteName(trx.schema);
    const { rows: [row] } = await trx.knex.raw<{ rows: { id: string; live: boolean; products: string }[] }>(
      `select id, deleted_at is null as live, (select count(*) from ${s}.products p where p.supplier_id = t.id) as products from ${s}.suppliers t where source_id = ? for update`, [sourceId]);
    if (!row) return false;
    if (Number(row.products) > 0) {
      throw new SyncError('DB_FOREIGN_KEY', `Expected supplier ${sourceId} to have no product, it has ${row.products}.`, { hint: 'Purge its products first, or give them another supplier.' });
    }
    await trx.knex.raw(`delete from ${s}.supplier_aliases where supplier_id = ?`, [row.id]);
    await trx.knex.raw(`delete from ${s}.suppliers where id = ? or joined_into = ?`, [row.id, row.id]);
    await appendChanges(trx, row.live ? [{ entity: 'supplier', sourceId, kind: 'removed' }] : []);
    return true;
  });
}

/**
 * Offer ids of products that were removed before a time, for who purges them batch by batch.
 * @param limit default 500
 */
export async function removedBefore(db: Connection, before: Date, { limit = batchSize }: { readonly limit?: number } = {}): Promise<string[]> {
  const { rows } = await db.knex.raw<{ rows: { source_id: string }[] }>(
    `select source_id from ${quoteName(db.schema)}.products where deleted_at < ? order by id limit ?`, [before, limit] as never);
  return rows.map((row) => row.source_id);
}

async function inBatches(sourceIds: readonly string[], work: (batch: string[]) => Promise<string[]>): Promise<string[]> {
  const distinct = [...new Set(sourceIds)].toSorted();
  const done: string[] = [];
  for (let start = 0; start < distinct.length; start += batchSize) done.push(...await work(distinct.slice(start, start + batchSize)));
  return done;
}
