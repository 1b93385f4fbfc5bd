import type { ImageRole, PriceTier } from '@1688/core';
import { fieldsOfRow } from './columns.ts';
import { productColumns, skuColumns } from './model-columns.ts';
import { toPriceTier } from './price-tiers.ts';
import type { DelistingEvidence, FieldLocks } from './listing-state.ts';
import type { ProductImageState, ProductState, SkuState } from './product-state.ts';
import { quoteName } from './quote-name.ts';
import type { PriceTierRow } from './rows.ts';
import { decodeToldTimes, imageRoleMark, neverTold, partedTimes, type ToldTimes } from './told-times.ts';

type Row = Readonly<Record<string, unknown>>;

/** Completes rows of `products` with SKUs, tiers and pictures: three queries however many rows there are. */
export async function productStates(client: Queries, schema: string, rows: readonly Row[]): Promise<ProductState[]> {
  if (rows.length === 0) return [];
  const s = quoteName(schema);
  const ids = [rows.map((row) => row['id'])];
  const skus = await client.query(`select * from ${s}.skus where product_id = any($1) order by product_id, position, source_id collate "C"`, ids);
  const tiers = await client.query(`select product_id, sku_id, min_quantity, price from ${s}.price_tiers where product_id = any($1) order by min_quantity`, ids);
  const images = await client.query(
    `select id, product_id, role, position, url, canonical_url, told_at, deleted_at from ${s}.product_images where product_id = any($1) order by product_id, position, id`, ids);
  const tiersOf = grouped(tiers.rows, (row) => `${String(row['product_id'])}/${String(row['sku_id'])}`, (row) => toPriceTier(row as unknown as PriceTierRow));
  const times = new Map(rows.map((row) => [String(row['id']), partedTimes(decodeToldTimes(row['told_times'] as Buffer | null))]));
  const timesOf = (row: Row): ProductTimes => times.get(String(row['product_id'])) ?? { product: neverTold, sku: neverTold };
  const skusOf = grouped(skus.rows, (row) => String(row['product_id']), (row) => toSku(row, tiersOf, timesOf(row).sku));
  const imagesOf = grouped(images.rows, (row) => String(row['product_id']), (row) => toImage(row, timesOf(row).product));
  return rows.map((row) => {
    const id = String(row['id']);
    const { product: told, sku: skuTold } = times.get(id)!;
    return { ...toState(row), told, skuTold, tiers: tiersOf.get(`${id}/null`) ?? [], skus: skusOf.get(id) ?? [], images: imagesOf.get(id) ?? [] };
  });
}

type ProductTimes = ReturnType<typeof partedTimes>;

/** The least that a pool, a transaction and a client have in common. */
export interface Queries {
  query(text: string, values: unknown[]): Promise<{ rows: Row[] }>;
}

function grouped<Value>(rows: readonly Row[], keyOf: (row: Row) => string, map: (row: Row) => Value): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(map(row));
    else groups.set(key, [map(row)]);
  }
  return groups;
}

function toState(row: Row): Omit<ProductState, 'told' | 'skuTold'> {
  const time = (column: string): Date | null => row[column] as Date | null;
  const kind = (name: string): { hash: Buffer | null; observedAt: Date | null } => ({ hash: row[`${name}_hash`] as Buffer | null, observedAt: time(`${name}_observed_at`) });
  return {
    id: String(row['id']),
    offerId: String(row['source_id']),
    supplierId: row['supplier_id'] as string | null,
    fields: fieldsOfRow(productColumns, row),
    tiers: [],
    skus: [],
    images: [],
    observed: {
      content: time('content_observed_at'), price: time('price_observed_at'), stock: time('stock_observed_at'), images: time('images_observed_at'),
    },
    kinds: { list: kind('list'), detail: kind('detail'), message: kind('message') },
    firstObservedAt: time('first_observed_at'),
    listing: { delistedAt: time('delisted_at'), evidence: row['delisted_evidence'] as DelistingEvidence | null },
    locks: row['field_locks'] as FieldLocks | null,
  };
}

function toSku(row: Row, tiersOf: ReadonlyMap<string, PriceTier[]>, common: ToldTimes): SkuState {
  const id = String(row['id']);
  const own = row['told_times'] as Buffer | null;
  return {
    id,
    skuId: String(row['source_id']),
    position: Number(row['position']),
    fields: fieldsOfRow(skuColumns, row),
    tiers: tiersOf.get(`${String(row['product_id'])}/${id}`) ?? [],
    told: own ? decodeToldTimes(own) : common,
    deleted: row['deleted_at'] !== null,
  };
}

/** A picture that is shown was told by the last list of its role; only one that is gone needs to say when it was seen last. */
function toImage(row: Row, product: ToldTimes): ProductImageState {
  const role = row['role'] as ImageRole;
  const deleted = row['deleted_at'] !== null;
  return {
    id: String(row['id']),
    role,
    position: Number(row['position']),
    url: String(row['url']),
    canonicalUrl: String(row['canonical_url']),
    told: deleted ? Number(row['told_at'] ?? Number.NaN) : imageRoleMark(product, role),
    deleted,
  };
}
