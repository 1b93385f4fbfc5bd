import type { PriceTier, Sku } from '@1688/core';
import { differences, fromRow, toColumns, type Columns, type Told } from './columns.ts';
import type { Connection, Transaction } from './connection.ts';
import { guarded } from './guarded.ts';
import { toPriceTier } from './price-tiers.ts';
import { ProductRow, rowsOf, SkuRow, type PriceTierRow } from './rows.ts';

/** A SKU (规格) as stored: null where nothing is known. */
export interface StoredSku extends Told<Omit<Sku, 'priceTiers'>> {
  readonly id: string;
  readonly priceTiers: PriceTier[];
  readonly updatedAt: Date;
}

const columns: Columns = {
  specId: ['spec_id', 'text'],
  attributes: ['attributes', 'json'],
  priceCny: ['price', 'money'],
  consignPriceCny: ['consign_price', 'money'],
  retailPriceCny: ['retail_price', 'money'],
  stockQuantity: ['stock_quantity', 'count'],
  soldQuantity: ['sold_quantity', 'count'],
  articleNumber: ['article_number', 'text'],
  imageUrl: ['image_url', 'text'],
  weightGrams: ['weight_grams', 'number'],
} satisfies Columns<Exclude<keyof Sku, 'skuId' | 'priceTiers'>>;

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
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
}

/**
 * Makes these the SKUs of a product: new ones are added, others change in the fields that are told, those that are missing are
 * soft-deleted. `before` and `after` list only SKUs that changed, with the fields that did.
 */
export async function replaceSkus(trx: Transaction, productId: string, told: readonly Sku[]): Promise<SkuChanges> {
  const rows = await rowsOf(SkuRow, trx).where('product_id', productId);
  const held = new Map(rows.map((row) => [row.source_id, row]));
  const wanted = [...new Map(told.map((sku) => [sku.skuId, sku])).values()];
  const before: unknown[] = [];
  const after: unknown[] = [];
  const written = wanted.flatMap((sku, position) => {
    const row = held.get(sku.skuId);
    const changed = row ? differences(columns, row, sku) : [];
    if (row?.deleted_at === null && changed.length === 0 && row.position === position) return [];
    if (row?.deleted_at === null && changed.length > 0) before.push({ skuId: sku.skuId, ...Object.fromEntries(changed.map((each) => [each.field, each.before])) });
    if (row?.deleted_at !== null) after.push({ skuId: sku.skuId });
    else if (changed.length > 0) after.push({ skuId: sku.skuId, ...Object.fromEntries(changed.map((each) => [each.field, each.after])) });
    return [{ product_id: productId, source_id: sku.skuId, position, ...wholeRow(row, sku) }];
  });
  const kept = new Set(wanted.map((sku) => sku.skuId));
  const gone = rows.filter((row) => row.deleted_at === null && !kept.has(row.source_id));
  before.push(...gone.map((row) => ({ skuId: row.source_id })));
  await writeSkus(trx, written);
  if (gone.length > 0) {
    await rowsOf(SkuRow, trx).whereIn('id', gone.map((row) => row.id)).patch({ deleted_at: trx.knex.fn.now(), updated_at: trx.knex.fn.now() } as object);
  }
  const ids = await rowsOf(SkuRow, trx).where('product_id', productId).whereNull('deleted_at').select('id', 'source_id');
  return { ids: new Map(ids.map((row) => [row.source_id, row.id])), before, after };
}

/** Every column, so that all rows fit one statement: what is told, else what is held. */
function wholeRow(row: SkuRow | undefined, sku: Sku): Record<string, unknown> {
  const held = fromRow(columns, row ?? {});
  const merged = Object.fromEntries(Object.keys(columns).map((field) => [field, sku[field as keyof Sku] === undefined ? held[field] : sku[field as keyof Sku]]));
  return toColumns(columns, merged);
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
    ...(fromRow(columns, row) as Told<Omit<Sku, 'priceTiers' | 'skuId'>>),
    id: row.id,
    skuId: row.source_id,
    priceTiers: tiers.map(toPriceTier),
    updatedAt: row.updated_at,
  };
}
