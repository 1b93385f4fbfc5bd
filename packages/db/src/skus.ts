import type { PriceTier, Sku } from '@1688/core';
import { differences, fromRow, toColumns, type Told } from './columns.ts';
import type { Connection, Transaction } from './connection.ts';
import { guarded } from './guarded.ts';
import { skuColumns } from './model-columns.ts';
import { toPriceTier } from './price-tiers.ts';
import { ProductRow, rowsOf, SkuRow, type PriceTierRow } from './rows.ts';

/** A SKU (规格) as stored: null where nothing is known. */
export interface StoredSku extends Told<Omit<Sku, 'priceTiers'>> {
  readonly id: string;
  readonly priceTiers: PriceTier[];
  readonly updatedAt: Date;
}

/** SKUs that are read across products; they are written together with their product. */
export function skus(db: Connection) {
  return guarded({
    /** Offer ids of the products that have this SKU; 1688's SKU ids are global, but not every source keeps to that. */
    async findOffers(skuId: string): Promise<string[]> {
      const owners = rowsOf(SkuRow, db).where('source_id', skuId).whereNull('deleted_at').select('product_id');
      const rows = await rowsOf(ProductRow, db).where('id', 'in', owners).whereNull('deleted_at').select('source_id').orderBy('source_id');
      return rows.map((row) => row.source_id);
    },
  });
}

/** What became of a product's SKUs. */
export interface SkuChanges {
  /** Our id of each SKU that was told, by its source id. */
  readonly ids: ReadonlyMap<string, string>;
  readonly changed: boolean;
}

/**
 * Makes these the SKUs of a product: new ones are added, others change in the fields that are told, those that are missing are
 * soft-deleted.
 * @param told without an id that comes twice
 */
export async function replaceSkus(trx: Transaction, productId: string, told: readonly Sku[]): Promise<SkuChanges> {
  const rows = await rowsOf(SkuRow, trx).where('product_id', productId);
  const held = new Map(rows.map((row) => [row.source_id, row]));
  const written = told.flatMap((sku, position) => {
    const row = held.get(sku.skuId);
    if (row?.deleted_at === null && row.position === position && differences(skuColumns, row, sku).length === 0) return [];
    return [{ product_id: productId, source_id: sku.skuId, position, ...wholeRow(row, sku) }];
  });
  const kept = new Set(told.map((sku) => sku.skuId));
  const gone = rows.filter((row) => row.deleted_at === null && !kept.has(row.source_id));
  await writeSkus(trx, written);
  if (gone.length > 0) {
    await rowsOf(SkuRow, trx).whereIn('id', gone.map((row) => row.id)).patch({ deleted_at: trx.knex.fn.now(), updated_at: trx.knex.fn.now() } as object);
  }
  const ids = await rowsOf(SkuRow, trx).where('product_id', productId).whereNull('deleted_at').select('id', 'source_id');
  return { ids: new Map(ids.map((row) => [row.source_id, row.id])), changed: written.length + gone.length > 0 };
}

/** Every column, so that all rows fit one statement: what is told, else what is held. */
function wholeRow(row: SkuRow | undefined, sku: Sku): Record<string, unknown> {
  const held = fromRow(skuColumns, row ?? {});
  const merged = Object.fromEntries(skuColumns.map(({ field }) => [field, sku[field as keyof Sku] === undefined ? held[field] : sku[field as keyof Sku]]));
  return toColumns(skuColumns, merged);
}

/** In steps, as PostgreSQL takes at most 65,535 parameters for one statement. */
async function writeSkus(trx: Transaction, rows: readonly Record<string, unknown>[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 1_000) {
    const table = trx.knex.withSchema(trx.schema).table('skus');
    const values = rows.slice(start, start + 1_000).map((row) => ({ ...row, deleted_at: null, updated_at: trx.knex.fn.now() }));
    await table.insert(values).onConflict(['product_id', 'source_id']).merge();
  }
}

export function toSku(row: SkuRow, tiers: readonly PriceTierRow[]): StoredSku {
  return {
    ...(fromRow(skuColumns, row) as Told<Omit<Sku, 'priceTiers' | 'skuId'>>),
    id: row.id,
    skuId: row.source_id,
    priceTiers: tiers.map(toPriceTier),
    updatedAt: row.updated_at,
  };
}
