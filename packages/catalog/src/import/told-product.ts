import { canonicalImageUrl, normalizeMoney, storableText, SyncError, type ImageRole, type PriceTier, type Product, type SupplierAlias } from '@1688/core';
import { normalValue, productColumns, skuColumns, supplierColumns, volatileFields, type Column, type FieldValue, type FieldValues } from './column.ts';

/** What one record tells, in normal spelling. A field that is missing was not told; null was told to be empty. */
export interface ToldProduct {
  readonly offerId: string;
  readonly fields: FieldValues;
  /** Told besides, but no reason to write. */
  readonly volatile: FieldValues;
  readonly supplier?: ToldSupplier | null;
  readonly tiers?: readonly PriceTier[];
  readonly skus?: readonly ToldSku[];
  readonly images?: readonly ToldImage[];
}

export interface ToldSku {
  readonly skuId: string;
  readonly fields: FieldValues;
  readonly volatile: FieldValues;
  readonly tiers?: readonly PriceTier[];
}

export interface ToldImage {
  readonly role: ImageRole;
  readonly position: number;
  readonly url: string;
  readonly canonicalUrl: string;
}

export interface ToldSupplier {
  readonly sourceId: string;
  readonly fields: FieldValues;
  readonly aliases: readonly SupplierAlias[];
}

/** An index entry of PostgreSQL holds at most 2,704 bytes, and other columns need room in it. */
const longestCanonicalUrlBytes = 2_000;

/**
 * Brings a product into normal spelling, and refuses what the tables could not hold.
 * @throws FIELD_INVALID, FIELD_TOO_LONG with `details.field`
 */
export function toldProduct(product: Product): ToldProduct {
  const { offerId, supplier, priceTiers, skus, images } = product;
  const { fields, volatile } = toldFields(productColumns, product, '');
  if (fields['currency'] === null) fields['currency'] = 'CNY';
  return {
    offerId,
    fields,
    volatile,
    ...(supplier === undefined ? {} : { supplier: supplier && toldSupplier(supplier) }),
    ...(priceTiers === undefined ? {} : { tiers: toldTiers(priceTiers ?? []) }),
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

/** A copy of any data in which every text is one that PostgreSQL can hold. */
export function storableData<Value>(value: Value): Value {
  if (typeof value === 'string') return storableText(value) as Value;
  if (Array.isArray(value)) return value.map(storableData) as Value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [storableText(key), storableData(each)])) as Value;
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

function toldTiers(tiers: readonly PriceTier[]): PriceTier[] {
  const byQuantity = new Map(tiers.map(({ minQuantity, priceCny }) => [minQuantity, { minQuantity, priceCny: normalizeMoney(priceCny) }]));
  return [...byQuantity.values()].toSorted((a, b) => a.minQuantity - b.minQuantity);
}

/** An id that comes twice in one list keeps its first place. */
function toldSkus(skus: NonNullable<Product['skus']>): ToldSku[] {
  const bySkuId = new Map<string, ToldSku>();
  for (const [index, sku] of skus.entries()) {
    if (bySkuId.has(sku.skuId)) continue;
    const told = { skuId: sku.skuId, ...toldFields(skuColumns, sku, `skus.${index}.`) };
    bySkuId.set(sku.skuId, sku.priceTiers === undefined ? told : { ...told, tiers: toldTiers(sku.priceTiers ?? []) });
  }
  return [...bySkuId.values()];
}

/** One picture comes once in each role, wherever it came first; positions count from 0 within the role. */
function toldImages(images: NonNullable<Product['images']>): ToldImage[] {
  const byKey = new Map<string, ToldImage>();
  const next = new Map<ImageRole, number>();
  for (const [index, { url, role }] of images.entries()) {
    const canonicalUrl = checkedUrl(url, `images.${index}.url`);
    const key = `${role} ${canonicalUrl}`;
    if (byKey.has(key)) continue;
    const position = next.get(role) ?? 0;
    next.set(role, position + 1);
    byKey.set(key, { role, position, url, canonicalUrl });
  }
  return [...byKey.values()];
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
