import { SyncError, type ProductSyncStatus } from '@1688/core';
import { appendChanges } from './changes.ts';
import type { Connection } from './connection.ts';
import { guarded } from './guarded.ts';
import { toProduct, type StoredProduct } from './product-mapping.ts';
import { readProductGraph } from './product-graph.ts';
import { cursorAfter, filteredProducts, productGraph, productIdPage, productPage, withGraphs, type ProductFilter, type ProductPage, type ProductPageOptions } from './product-pages.ts';
import { upsertProduct, type ProductInput } from './product-writes.ts';
import { quoteName } from './quote-name.ts';
import { markMany, purgeProducts, removedBefore } from './removals.ts';
import { ProductRow, rowsOf } from './rows.ts';
import { joiningSuppliers } from './suppliers.ts';
import { atomically } from './transaction.ts';

export interface ListProductsOptions extends Omit<ProductPageOptions, 'limit' | 'cursor'> {
  /** Most products; default all. */
  readonly limit?: number;
  /** Only products that come after the one with this offer id, removed or not. */
  readonly after?: string;
}

const pageSize = 200;

/** Products (商品) of one database or, when `db` is a transaction, of that transaction. */
export function products(db: Connection) {
  return guarded({
    /** The product with this offer id, or null. Removed products count as absent. */
    async find(offerId: string): Promise<StoredProduct | null> {
      return readProductGraph(db, offerId);
    },

    /** The product with this offer id even when it was removed, or null. */
    async findWithRemoved(offerId: string): Promise<StoredProduct | null> {
      const row = await productGraph(db).findOne({ source_id: offerId });
      return row ? toProduct(row) : null;
    },

    /** Those of these products that exist, in the order of the ids. */
    async findMany(offerIds: readonly string[]): Promise<StoredProduct[]> {
      const rows = await productGraph(db).whereRaw('source_id = any(?)', [[...offerIds]] as never).whereNull('deleted_at');
      const found = new Map(rows.map((row) => [row.source_id, toProduct(row)]));
      return offerIds.flatMap((offerId) => found.get(offerId) ?? []);
    },

    async exists(offerId: string): Promise<boolean> {
      return (await rowsOf(ProductRow, db).findOne({ source_id: offerId, deleted_at: null }).select('id')) !== undefined;
    },

    async count(where: ProductFilter = {}): Promise<number> {
      return filteredProducts(db, where).resultSize();
    },

    /** One page, with a cursor for the next. @throws ARGUMENT_INVALID for a limit or cursor that does not fit */
    async page(options: ProductPageOptions = {}): Promise<ProductPage> {
      return productPage(db, options);
    },

    /** The same page as our own ids alone, for who reads less of each product. */
    async pageOfIds(options: ProductPageOptions = {}): Promise<{ readonly ids: readonly string[]; readonly nextCursor: string | null }> {
      return productIdPage(db, options);
    },

    /** All that fit, read page by page while the caller goes on. @throws NOT_FOUND when `after` is unknown */
    async *list({ after, limit = Infinity, ...options }: ListProductsOptions = {}): AsyncGenerator<StoredProduct> {
      const { order = 'id', direction = 'asc' } = options;
      let cursor = after === undefined ? null : await cursorAfter(db, after, order, direction);
      for (let left = limit; left > 0;) {
        const page = await productPage(db, { ...options, cursor, limit: Math.min(left, pageSize) });
        yield* page.items;
        left -= page.items.length;
        cursor = page.nextCursor;
        if (cursor === null) return;
      }
    },

    /**
     * Stores what is told: fields that are undefined stay as they are, null empties, a list replaces the stored one. SKUs that a
     * list lacks are soft-deleted. A removed product is changed too and stays removed. For many products use `importProducts`
     * of @1688/catalog: here each call writes to the feed, which only one transaction at a time can do.
     * @throws FIELD_MISSING, FIELD_INVALID, FIELD_TOO_LONG, DB_FOREIGN_KEY for an unknown supplierId
     */
    async upsert(product: ProductInput): Promise<StoredProduct> {
      return joiningSuppliers(db, async (trx) => {
        const id = await upsertProduct(trx, product);
        const [stored] = await withGraphs(trx, [id]);
        if (!stored) throw new SyncError('INTERNAL', `Expected product ${product.offerId} to be readable after it was written.`);
        return stored;
      });
    },

    /**
     * Sets the sync status (同步状态) of many products, and `lastSyncedAt` when it is `completed`.
     * @returns how many exist
     */
    async setSyncStatus(offerIds: readonly string[], status: ProductSyncStatus): Promise<number> {
      const table = `${quoteName(db.schema)}.products`;
      const { rowCount } = await db.knex.raw<{ rowCount: number }>(
        `with chosen as materialized (select id from ${table} where source_id = any(:offerIds) and deleted_at is null order by id for update)
         update ${table} p set sync_status = :status, last_synced_at = case when :status = 'completed' then now() else p.last_synced_at end
         from chosen where p.id = chosen.id`,
        { offerIds: [...offerIds], status } as never,
      );
      return rowCount;
    },

    /** Soft delete (软删除); history and pictures stay. @returns false when there is no such product. */
    async remove(offerId: string, at = new Date()): Promise<boolean> {
      return mark(db, offerId, at);
    },

    /** Takes a removal back. @returns false when there is no such removed product. */
    async restore(offerId: string): Promise<boolean> {
      return mark(db, offerId, null);
    },

    /** Soft-deletes many, in batches of their own transactions unless `db` is one. @returns the offer ids that were removed by this call */
    async removeMany(offerIds: readonly string[], at = new Date()): Promise<string[]> {
      return markMany(db, 'products', offerIds, at);
    },

    /** Takes the removals of many back, likewise. @returns the offer ids that were restored by this call */
    async restoreMany(offerIds: readonly string[]): Promise<string[]> {
      return markMany(db, 'products', offerIds, null);
    },

    /**
     * Deletes a product for good (彻底删除): SKUs, tiers, pictures, history and the documents it was read from. Objects in the
     * picture store stay until the next clean-up. @returns false when there is no such product.
     */
    async purge(offerId: string): Promise<boolean> {
      return (await purgeProducts(db, [offerId])).length > 0;
    },

    /** Deletes many for good, in batches. @returns the offer ids that were there */
    async purgeMany(offerIds: readonly string[]): Promise<string[]> {
      return purgeProducts(db, offerIds);
    },

    /** Deletes for good what was removed before this time, in batches. @returns how many */
    async purgeRemoved(before: Date): Promise<number> {
      for (let purged = 0; ;) {
        const batch = await removedBefore(db, before);
        if (batch.length === 0) return purged;
        purged += (await purgeProducts(db, batch)).length;
      }
    },
  });
}

async function mark(db: Connection, offerId: string, at: Date | null): Promise<boolean> {
  return atomically(db, async (trx) => {
    const query = rowsOf(ProductRow, trx).where({ source_id: offerId });
    const changed = await (at ? query.whereNull('deleted_at') : query.whereNotNull('deleted_at'))
      .patch({ deleted_at: at, updated_at: trx.knex.fn.now() } as object);
    if (changed === 0) return false;
    await appendChanges(trx, [{ entity: 'product', sourceId: offerId, kind: at ? 'removed' : 'restored' }]);
    return true;
  });
}
