import { canonicalImageUrl, SyncError, type PriceTier, type Product, type ProductUpdate, type SupplierAlias } from '@1688/core';
import {
  normalTiers, normalValue, positionedImages, productColumns, skuColumns, supplierColumns,
  type Column, type FieldValue, type FieldValues, type PositionedImage,
} from '@1688/db';

/** What one record tells, in normal spelling. A field that is missing was not told; null was told to be empty. */
export interface ToldProduct {
  readonly offerId: string;
  readonly fields: FieldValues;
  /** Told besides, but no reason to write. */
  readonly volatile: FieldValues;
  readonly supplier?: ToldSupplier | null;
  readonly tiers?: readonly PriceTier[];
  readonly skus?: readonly ToldSku[];
  readonly images?: readonly PositionedImage[];
}

export interface ToldSku {
  readonly skuId: string;
  readonly fields: FieldValues;
  readonly volatile: FieldValues;
  readonly tiers?: readonly PriceTier[];
}

export interface ToldSupplier {
  readonly sourceId: string;
  readonly fields: FieldValues;
  readonly aliases: readonly SupplierAlias[];
}

/** Sales figures move with every pull: they are stored along with other changes and never count as a change by themselves. */
const volatileFields: ReadonlySet<string> = new Set(['soldQuantity']);
/** An index entry of PostgreSQL holds at most 2,704 bytes, and other columns need room in it. */
const longestCanonicalUrlBytes = 2_000;

/**
 * Brings a product into normal spelling, and refuses what the tables could not hold.
 * @throws FIELD_INVALID, FIELD_TOO_LONG with `details.field`
 */
export function toldProduct(product: ProductUpdate): ToldProduct {
  const { offerId, supplier, priceTiers, skus, images } = product;
  const { fields, volatile } = toldFields(productColumns, product, '');
  if (fields['currency'] === null) fields['currency'] = 'CNY';
  return {
    offerId,
    fields,
    volatile,
    ...(supplier === undefined ? {} : { supplier: supplier && toldSupplier(supplier) }),
    ...(priceTiers === undefined ? {} : { tiers: normalTiers(priceTiers ?? []) }),
    ...(skus === undefined ? {} : { skus: toldSkus(skus ?? []) }),
    ...(images === undefined ? {} : { images: toldImages(images ?? []) }),
  };
}

/** All that was told, as text that is equal for equal tellings; sales figures are left out. */
export function canonicalText(told: ToldProduct): string {
  const { offerId, fields, supplier = 0, tiers = 0, skus, images } = told;
  return JSON.stringify([
    offerId, fields, supplier, tiers,
    skus?.map((sku) => [sku.skuId, sku.fields, sku.tiers ?? 0]) ?? 0,
    images?.map((image) => [image.role, image.url]) ?? 0,
  ]);
}

function toldFields(columns: readonly Column[], source: object, prefix: string): { fields: Record<string, FieldValue>; volatile: Record<string, FieldValue> } {
  const fields: Record<string, FieldValue> = {};
  const volatile: Record<string, FieldValue> = {};
  for (const { field, type } of columns) {
    const value = (source as Readonly<Record<string, unknown>>)[field];
    if (value === undefined) continue;
    if (value instanceof Date) checkYear(value, prefix + field);
    (volatileFields.has(field) ? volatile : fields)[field] = normalValue(type, value);
  }
  return { fields, volatile };
}

/** An id that comes twice in one list keeps its first place. */
function toldSkus(skus: NonNullable<Product['skus']>): ToldSku[] {
  const bySkuId = new Map<string, ToldSku>();
  for (const [index, sku] of skus.entries()) {
    if (bySkuId.has(sku.skuId)) continue;
    const told = { skuId: sku.skuId, ...toldFields(skuColumns, sku, `skus.${index}.`) };
    bySkuId.set(sku.skuId, sku.priceTiers === undefined ? told : { ...told, tiers: normalTiers(sku.priceTiers ?? []) });
  }
  return [...bySkuId.values()];
}

function toldImages(images: NonNullable<Product['images']>): PositionedImage[] {
  return positionedImages(images.map(({ url, role }, index) => ({ role, url, canonicalUrl: checkedUrl(url, `images.${index}.url`) })));
}

function toldSupplier(supplier: NonNullable<Product['supplier']>): ToldSupplier {
  const { fields } = toldFields(supplierColumns, supplier, 'supplier.');
  const years = fields['yearsActive'];
  if (typeof years === 'number' && years > 2_147_483_647) throw invalid('supplier.yearsActive', 'at most 2,147,483,647 years', String(years));
  const aliases = (supplier.aliases ?? []).toSorted((a, b) => compareText(a.kind, b.kind) || compareText(a.value, b.value));
  return { sourceId: supplier.sourceId, fields, aliases };
}

function checkedUrl(url: string, field: string): string {
  if (!URL.canParse(url)) throw invalid(field, 'an absolute address', JSON.stringify(url.slice(0, 60)));
  const canonical = canonicalImageUrl(url);
  if (Buffer.byteLength(canonical) <= longestCanonicalUrlBytes) return canonical;
  throw new SyncError('FIELD_TOO_LONG', `Expected ${field} of the product to have at most ${longestCanonicalUrlBytes} bytes, received ${Buffer.byteLength(canonical)}.`, {
    hint: `Shorten ${field} in the source and import the record again.`,
    details: { field },
  });
}

function checkYear(time: Date, field: string): void {
  const year = time.getUTCFullYear(); // NaN for an invalid date
  if (!(year >= 1 && year <= 9_999)) throw invalid(field, 'a time in the years 1 to 9999', String(year));
}

function invalid(field: string, expected: string, received: string): SyncError {
  return new SyncError('FIELD_INVALID', `Expected ${field} of the product to be ${expected}, received ${received}.`, {
    hint: `Correct ${field} in the source and import the record again.`,
    details: { field },
  });
}

/** By UTF-16 units: the same order in every process, which keeps concurrent runs from waiting for each other in a circle. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
