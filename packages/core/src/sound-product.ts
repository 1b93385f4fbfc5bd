import { imageRoles } from './product-image.ts';
import { pricingModes, type Product } from './product.ts';
import { supplierAliasKinds } from './supplier.ts';

/*
 * The schema of a product once more, as plain checks that a record passes in a tenth of the time. They may only be stricter than
 * the schema, which has the last word on whatever they do not pass; a test holds both side by side.
 */

type Check = (value: unknown) => boolean;

const text = (longest: number): Check => (value) => typeof value === 'string' && value.length <= longest;
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isDate: Check = (value) => value instanceof Date && !Number.isNaN(value.getTime());
const matching = (pattern: RegExp): Check => (value) => typeof value === 'string' && pattern.test(value);
const oneOf = (words: readonly string[]): Check => (value) => words.includes(value as string);
const orNothing = (check: Check): Check => (value) => value === null || value === undefined || check(value);
const listOf = (check: Check, most: number): Check => (value) => Array.isArray(value) && value.length <= most && value.every(check);

/** Every field of an object, and no other, passes its check. */
function objectOf(checks: Readonly<Record<string, Check>>, needed: readonly string[]): Check {
  const byField = new Map(Object.entries(checks));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const object = value as Readonly<Record<string, unknown>>;
    for (const field of needed) if (object[field] === undefined) return false;
    for (const field in object) if (!byField.get(field)?.(object[field])) return false;
    return true;
  };
}

const id = matching(/^[!-~]{1,64}$/);
const money = matching(/^\d{1,10}(?:\.\d{1,4})?$/);
const rating: Check = (value) => typeof value === 'number' && value >= 0 && value <= 5;
const short = text(500);
const url = text(4_000);

const attribute = objectOf({ name: short, value: text(4_000), imageUrl: orNothing(url) }, ['name', 'value']);
const tier = objectOf({ minQuantity: (value) => count(value) && (value as number) >= 1 && (value as number) <= 2_147_483_647, priceCny: money }, ['minQuantity', 'priceCny']);
const sku = objectOf({
  skuId: id, specId: orNothing(id), attributes: orNothing(listOf(attribute, 64)), priceCny: orNothing(money), consignPriceCny: orNothing(money),
  retailPriceCny: orNothing(money), stockQuantity: orNothing(count), soldQuantity: orNothing(count), articleNumber: orNothing(short), imageUrl: orNothing(url),
  weightGrams: orNothing((value) => typeof value === 'number' && Number.isFinite(value) && value >= 0), priceTiers: orNothing(listOf(tier, 64)),
}, ['skuId']);
const image = objectOf({ url: (value) => url(value) && value !== '', role: oneOf(imageRoles) }, ['url', 'role']);
const alias = objectOf({ kind: oneOf(supplierAliasKinds), value: (value) => text(128)(value) && value !== '' }, ['kind', 'value']);
const supplier = objectOf({
  sourceId: id, name: orNothing(short), companyName: orNothing(short), supplierType: orNothing(short), province: orNothing(short), city: orNothing(short),
  url: orNothing(url), rating: orNothing(rating), yearsActive: orNothing(count), aliases: (value) => value === undefined || listOf(alias, 16)(value),
}, ['sourceId']);
const fact: Check = (value) => value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
const facts: Check = (value) => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype && Object.entries(value).every(([name, each]) => name.length <= 200 && name !== '__proto__' && fact(each));

const product = objectOf({
  offerId: id,
  title: (value) => typeof value === 'string' && value !== '' && value.length <= 1_000 && value.trim() === value,
  titleTranslated: orNothing(text(2_000)),
  subtitle: orNothing(text(2_000)),
  description: orNothing(text(2_000_000)),
  categoryId: orNothing(id),
  categoryName: orNothing(short),
  attributes: orNothing(listOf(attribute, 500)),
  specifications: orNothing(facts),
  priceMinCny: orNothing(money),
  priceMaxCny: orNothing(money),
  consignPriceCny: orNothing(money),
  retailPriceCny: orNothing(money),
  currency: orNothing(matching(/^[A-Z]{3}$/)),
  pricingMode: orNothing(oneOf(pricingModes)),
  priceTiers: orNothing(listOf(tier, 64)),
  minOrderQuantity: orNothing(count),
  unit: orNothing(short),
  sellUnit: orNothing(short),
  unitsPerSellUnit: orNothing(count),
  mixedBatch: orNothing((value) => typeof value === 'boolean'),
  stockQuantity: orNothing(count),
  soldQuantity: orNothing(count),
  reviewCount: orNothing(count),
  rating: orNothing(rating),
  sourceStatus: orNothing(short),
  url: orNothing(url),
  videoUrl: orNothing(url),
  supplier: orNothing(supplier),
  skus: orNothing(listOf(sku, 5_000)),
  images: orNothing(listOf(image, 1_000)),
  createdAtSource: orNothing(isDate),
  updatedAtSource: orNothing(isDate),
}, ['offerId', 'title']);

/** True for a product that satisfies the schema as it stands: nothing to trim, to leave out or to refuse. False decides nothing. */
export function isSoundProduct(value: unknown): value is Product {
  return product(value);
}
