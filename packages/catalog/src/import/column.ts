import { normalizeMoney, type Attribute } from '@1688/core';

/** A value as both sides of a comparison spell it: money with two or four decimals, times as ISO text, counts as numbers. */
export type FieldValue = string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>;
export type FieldValues = Readonly<Record<string, FieldValue>>;

export type ColumnType = 'text' | 'attributes' | 'specifications' | 'money' | 'count' | 'boolean' | 'rating' | 'number' | 'time';
/** Staleness is judged by these; an observation may be new for the price and old for the stock. */
export type FieldGroup = 'content' | 'price' | 'stock';

export interface Column {
  /** As `@1688/core` spells it. */
  readonly field: string;
  /** As the table spells it. */
  readonly column: string;
  readonly type: ColumnType;
  readonly group: FieldGroup;
}

const column = (field: string, name: string, type: ColumnType, group: FieldGroup = 'content'): Column => ({ field, column: name, type, group });

export const productColumns: readonly Column[] = [
  column('title', 'title', 'text'),
  column('titleTranslated', 'title_translated', 'text'),
  column('subtitle', 'subtitle', 'text'),
  column('description', 'description', 'text'),
  column('categoryId', 'category_id', 'text'),
  column('categoryName', 'category_name', 'text'),
  column('attributes', 'attributes', 'attributes'),
  column('specifications', 'specifications', 'specifications'),
  column('priceMinCny', 'price_min', 'money', 'price'),
  column('priceMaxCny', 'price_max', 'money', 'price'),
  column('consignPriceCny', 'consign_price', 'money', 'price'),
  column('retailPriceCny', 'retail_price', 'money', 'price'),
  column('currency', 'currency', 'text', 'price'),
  column('pricingMode', 'pricing_mode', 'text', 'price'),
  column('minOrderQuantity', 'min_order_quantity', 'count', 'price'),
  column('unit', 'unit', 'text'),
  column('sellUnit', 'sell_unit', 'text'),
  column('unitsPerSellUnit', 'units_per_sell_unit', 'count'),
  column('mixedBatch', 'mixed_batch', 'boolean'),
  column('stockQuantity', 'stock_quantity', 'count', 'stock'),
  column('soldQuantity', 'sold_quantity', 'count'),
  column('reviewCount', 'review_count', 'count'),
  column('rating', 'rating', 'rating'),
  column('sourceStatus', 'source_status', 'text'),
  column('url', 'url', 'text'),
  column('videoUrl', 'video_url', 'text'),
  column('createdAtSource', 'created_at_source', 'time'),
  column('updatedAtSource', 'updated_at_source', 'time'),
];

export const skuColumns: readonly Column[] = [
  column('specId', 'spec_id', 'text'),
  column('attributes', 'attributes', 'attributes'),
  column('priceCny', 'price', 'money', 'price'),
  column('consignPriceCny', 'consign_price', 'money', 'price'),
  column('retailPriceCny', 'retail_price', 'money', 'price'),
  column('stockQuantity', 'stock_quantity', 'count', 'stock'),
  column('soldQuantity', 'sold_quantity', 'count'),
  column('articleNumber', 'article_number', 'text'),
  column('imageUrl', 'image_url', 'text'),
  column('weightGrams', 'weight_grams', 'number'),
];

export const supplierColumns: readonly Column[] = [
  column('name', 'name', 'text'),
  column('companyName', 'company_name', 'text'),
  column('supplierType', 'supplier_type', 'text'),
  column('province', 'province', 'text'),
  column('city', 'city', 'text'),
  column('url', 'url', 'text'),
  column('rating', 'rating', 'rating'),
  column('yearsActive', 'years_active', 'count'),
];

/** Sales figures move with every pull: they are stored along with other changes and never count as a change by themselves. */
export const volatileFields: ReadonlySet<string> = new Set(['soldQuantity']);

/** The fields of a row as pg returned it. */
export function fieldsOfRow(columns: readonly Column[], row: Readonly<Record<string, unknown>>): Record<string, FieldValue> {
  const fields: Record<string, FieldValue> = {};
  for (const { field, column: name, type } of columns) fields[field] = normalValue(type, row[name]);
  return fields;
}

/** One spelling for equal values, from what a record tells and from what pg returns. Undefined counts as null. */
export function normalValue(type: ColumnType, value: unknown): FieldValue {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'money':
      return normalizeMoney(String(value));
    case 'count':
    case 'number':
      return Number(value);
    case 'rating':
      return Math.round(Number(value) * 100) / 100;
    case 'time':
      return (value as Date).toISOString();
    case 'attributes':
      return (value as Attribute[]).map(({ name, value: text, imageUrl }) => (imageUrl == null ? { name, value: text } : { name, value: text, imageUrl }));
    case 'specifications':
      return Object.fromEntries(Object.entries(value as Record<string, FieldValue>).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    case 'text':
    case 'boolean':
      return value as string | boolean;
  }
}

/** True when both are the same value; lists and objects are compared by their normal spelling. */
export function sameValue(a: FieldValue, b: FieldValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}
