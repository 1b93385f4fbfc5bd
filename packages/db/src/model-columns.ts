import type { Product, Sku, Supplier } from '@1688/core';
import type { Column, ColumnType, FieldGroup } from './columns.ts';

/** Field of the model → column, type, and the group by which staleness is judged; `content` unless said. */
type Spellings<Field extends string> = Readonly<Record<Field, readonly [column: string, type: ColumnType, group?: FieldGroup]>>;

const ofProduct: Spellings<Exclude<keyof Product, 'offerId' | 'supplier' | 'skus' | 'priceTiers' | 'images'>> = {
  title: ['title', 'text'],
  titleTranslated: ['title_translated', 'text'],
  subtitle: ['subtitle', 'text'],
  description: ['description', 'text'],
  categoryId: ['category_id', 'text'],
  categoryName: ['category_name', 'text'],
  attributes: ['attributes', 'attributes'],
  specifications: ['specifications', 'specifications'],
  priceMinCny: ['price_min', 'money', 'price'],
  priceMaxCny: ['price_max', 'money', 'price'],
  consignPriceCny: ['consign_price', 'money', 'price'],
  retailPriceCny: ['retail_price', 'money', 'price'],
  currency: ['currency', 'text', 'price'],
  pricingMode: ['pricing_mode', 'text', 'price'],
  minOrderQuantity: ['min_order_quantity', 'count', 'price'],
  unit: ['unit', 'text'],
  sellUnit: ['sell_unit', 'text'],
  unitsPerSellUnit: ['units_per_sell_unit', 'count'],
  mixedBatch: ['mixed_batch', 'boolean'],
  stockQuantity: ['stock_quantity', 'count', 'stock'],
  soldQuantity: ['sold_quantity', 'count'],
  reviewCount: ['review_count', 'count'],
  rating: ['rating', 'rating'],
  sourceStatus: ['source_status', 'text'],
  url: ['url', 'text'],
  videoUrl: ['video_url', 'text'],
  createdAtSource: ['created_at_source', 'time'],
  updatedAtSource: ['updated_at_source', 'time'],
};

const ofSku: Spellings<Exclude<keyof Sku, 'skuId' | 'priceTiers'>> = {
  specId: ['spec_id', 'text'],
  attributes: ['attributes', 'attributes'],
  priceCny: ['price', 'money', 'price'],
  consignPriceCny: ['consign_price', 'money', 'price'],
  retailPriceCny: ['retail_price', 'money', 'price'],
  stockQuantity: ['stock_quantity', 'count', 'stock'],
  soldQuantity: ['sold_quantity', 'count'],
  articleNumber: ['article_number', 'text'],
  imageUrl: ['image_url', 'text'],
  weightGrams: ['weight_grams', 'number'],
};

const ofSupplier: Spellings<Exclude<keyof Supplier, 'sourceId' | 'aliases'>> = {
  name: ['name', 'text'],
  companyName: ['company_name', 'text'],
  supplierType: ['supplier_type', 'text'],
  province: ['province', 'text'],
  city: ['city', 'text'],
  url: ['url', 'text'],
  rating: ['rating', 'rating'],
  yearsActive: ['years_active', 'count'],
};

export const productColumns: readonly Column[] = listed(ofProduct);
export const skuColumns: readonly Column[] = listed(ofSku);
export const supplierColumns: readonly Column[] = listed(ofSupplier);

function listed(spellings: Spellings<string>): Column[] {
  return Object.entries(spellings).map(([field, [column, type, group = 'content']]) => ({ field, column, type, group }));
}
