import type { PriceTier, Product, ProductSyncStatus } from '@1688/core';
import { fromRow, type Columns, type Told } from './columns.ts';
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
}

export const productColumns: Columns = {
  title: ['title', 'text'],
  titleTranslated: ['title_translated', 'text'],
  subtitle: ['subtitle', 'text'],
  description: ['description', 'text'],
  categoryId: ['category_id', 'text'],
  categoryName: ['category_name', 'text'],
  attributes: ['attributes', 'json'],
  specifications: ['specifications', 'json'],
  priceMinCny: ['price_min', 'money'],
  priceMaxCny: ['price_max', 'money'],
  consignPriceCny: ['consign_price', 'money'],
  retailPriceCny: ['retail_price', 'money'],
  currency: ['currency', 'text'],
  pricingMode: ['pricing_mode', 'text'],
  minOrderQuantity: ['min_order_quantity', 'count'],
  unit: ['unit', 'text'],
  sellUnit: ['sell_unit', 'text'],
  unitsPerSellUnit: ['units_per_sell_unit', 'count'],
  mixedBatch: ['mixed_batch', 'boolean'],
  stockQuantity: ['stock_quantity', 'count'],
  soldQuantity: ['sold_quantity', 'count'],
  reviewCount: ['review_count', 'count'],
  rating: ['rating', 'rating'],
  sourceStatus: ['source_status', 'text'],
  url: ['url', 'text'],
  videoUrl: ['video_url', 'text'],
  createdAtSource: ['created_at_source', 'date'],
  updatedAtSource: ['updated_at_source', 'date'],
} satisfies Columns<Exclude<keyof Product, OtherTables | 'offerId'>>;

/** Pure; with `productColumns` the only place that knows both spellings. The row must have its graph. */
export function toProduct(row: ProductRow): StoredProduct {
  const tiers = (row.priceTiers ?? []).toSorted((a, b) => Number(a.min_quantity) - Number(b.min_quantity));
  return {
    ...(fromRow(productColumns, row) as unknown as Told<Omit<Product, OtherTables | 'currency' | 'offerId'>> & { currency: string }),
    id: row.id,
    offerId: row.source_id,
    supplierId: row.supplier_id,
    supplier: row.supplier ? toSupplier(row.supplier) : null,
    skus: (row.skus ?? []).toSorted((a, b) => a.position - b.position).map((sku) => toSku(sku, tiers.filter((tier) => tier.sku_id === sku.id))),
    priceTiers: tiers.filter((tier) => tier.sku_id === null).map(toPriceTier),
    images: toProductImages(row.images ?? []),
    syncStatus: row.sync_status,
    lastSyncedAt: row.last_synced_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    delistedAt: row.delisted_at,
  };
}
