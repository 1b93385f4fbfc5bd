import type { PriceTier, Product, ProductSyncStatus } from '@1688/core';
import { fromRow, type Told } from './columns.ts';
import type { DelistingEvidence } from './listing-state.ts';
import { productColumns } from './model-columns.ts';
import { toPriceTier } from './price-tiers.ts';
import { toProductImages, type StoredProductImage } from './product-images.ts';
import type { ProductRow } from './rows.ts';
import { toSku, type StoredSku } from './skus.ts';
import { toSupplier, type StoredSupplier } from './suppliers.ts';

type OtherTables = 'supplier' | 'skus' | 'priceTiers' | 'images';

/** A product as stored: null where nothing is known; a list that nobody told is empty. */
export interface StoredProduct extends Told<Omit<Product, OtherTables | 'currency'>> {
  readonly id: string;
  readonly currency: string;
  readonly supplierId: string | null;
  readonly supplier: StoredSupplier | null;
  readonly skus: StoredSku[];
  readonly priceTiers: PriceTier[];
  readonly images: StoredProductImage[];
  readonly syncStatus: ProductSyncStatus;
  readonly lastSyncedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When it was removed by the user, or null. */
  readonly deletedAt: Date | null;
  /** Since when it is no longer offered at the source (下架), or null. */
  readonly delistedAt: Date | null;
  readonly delistedEvidence: DelistingEvidence | null;
  /** Fields that the user has locked: syncs leave them as they are. */
  readonly lockedFields: readonly string[];
}

/** Pure; with `productColumns` the only place that knows both spellings. The row must have its graph. */
export function toProduct(row: ProductRow): StoredProduct {
  const tiers = (row.priceTiers ?? []).toSorted((a, b) => Number(a.min_quantity) - Number(b.min_quantity));
  return {
    ...(fromRow(productColumns, row) as unknown as Told<Omit<Product, OtherTables | 'currency' | 'offerId'>> & { currency: string }),
    id: row.id,
    offerId: row.source_id,
    supplierId: row.supplier_id,
    supplier: row.supplier ? toSupplier(row.supplier) : null,
    skus: (row.skus ?? []).toSorted((a, b) => a.position - b.position || (a.source_id < b.source_id ? -1 : 1)).map((sku) => toSku(sku, tiers.filter((tier) => tier.sku_id === sku.id))),
    priceTiers: tiers.filter((tier) => tier.sku_id === null).map(toPriceTier),
    images: toProductImages(row.images ?? []),
    syncStatus: row.sync_status,
    lastSyncedAt: row.last_synced_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    delistedAt: row.delisted_at,
    delistedEvidence: row.delisted_evidence,
    lockedFields: Object.keys(row.field_locks ?? {}).toSorted(),
  };
}
