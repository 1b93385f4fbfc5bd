import { normalizeMoney, storableText, SyncError, type Attribute, type PriceTier, type Sku } from '@1688/core';
import { isObject, type RawObject } from '../json/json-text.ts';
import { plainTitle } from '../values/html-text.ts';
import { invalid, missing, needText, readId, readMoney, readQuantity, readText, textOf, told } from './read-field.ts';
import { withoutUndefined } from './without-undefined.ts';

const offerUrl = /\/\/(?:[a-z]+\.)?1688\.com\/(?:offer|pic|ci_[a-z]+)\/(\d{6,20})\.html/;

/** The offer id inside the address of an offer's page, on 1688's desktop and mobile hosts. */
export function offerIdOfUrl(url: string | null | undefined): string | undefined {
  return offerUrl.exec(url ?? '')?.[1];
}

/**
 * The offer id from its own field, else from the offer's address. Prefixes that relays add (`abb-`) go; ids that a crawler made up
 * for want of one (`auto_1700000000_ab12`) differ on each crawl and count as absent.
 * @throws FIELD_MISSING · FIELD_INVALID
 */
export function needOfferId(record: RawObject, idPaths: readonly string[], urlPaths: readonly string[]): { readonly value: string; readonly field: string } {
  const found = readId(record, ...idPaths);
  if (found?.value != null && !/^auto_\d+/.test(found.value)) {
    // 1688's ids are digits; relays and test systems may put something before them, but NaN and 无 are none.
    if (!/\d/.test(found.value)) throw invalid(found.field, 'an id such as 610947572360', found.value);
    return { field: found.field, value: found.value.replace(/^abb-(?=\d)/, '') };
  }
  for (const path of urlPaths) {
    const value = offerIdOfUrl(readText(record, path));
    if (value !== undefined) return { field: path, value };
  }
  throw missing(found?.field ?? idPaths[0]!, 'an offer id', found?.value);
}

/** @throws FIELD_MISSING · FIELD_TOO_LONG */
export function needTitle(record: RawObject, markup: 'html' | 'plain', ...paths: string[]): { readonly value: string; readonly field: string } {
  const { field, value } = needText(record, 'a title', ...paths);
  const title = storableText(plainTitle(value, markup)).trim();
  if (title === '') throw missing(field, 'a title', value);
  if (title.length > 1_000) {
    throw new SyncError('FIELD_TOO_LONG', `Expected ${field} to be a title of at most 1000 characters, received ${title.length}.`, { hint: `Shorten ${field} in the source and import the record again.`, details: { field } });
  }
  return { field, value: title };
}

/** A web address, made absolute; anything else is not told. */
export function readUrl(record: RawObject, ...paths: string[]): string | null | undefined {
  const text = readText(record, ...paths);
  if (text == null) return text;
  const url = text.startsWith('//') ? `https:${text}` : text;
  return /^https?:\/\//i.test(url) && URL.canParse(url) && url.length <= 4_000 ? url : undefined;
}

/**
 * Tiers from a list of objects or of pairs, in the source's order; a quantity that comes twice counts as its last price.
 * @returns undefined without such a list; null when it was told to be nothing
 * @throws FIELD_INVALID for a step that is no tier
 */
export function readTiers(record: RawObject, listPaths: readonly string[], quantityPaths: readonly string[], pricePaths: readonly string[]): PriceTier[] | null | undefined {
  const found = told(record, listPaths);
  if (found === undefined || found.value === null) return found?.value as null | undefined;
  if (!Array.isArray(found.value)) throw invalid(found.field, 'a list of price tiers', found.value);
  const tiers = new Map<number, PriceTier>();
  for (const [index, step] of found.value.entries()) {
    const tier = within(`${found.field}.${index}`, () => toTier(step, quantityPaths, pricePaths));
    if (tier) tiers.set(tier.minQuantity, tier);
  }
  return [...tiers.values()];
}

/** Null for a step whose price is hidden. */
function toTier(step: unknown, quantityPaths: readonly string[], pricePaths: readonly string[]): PriceTier | null {
  const object: RawObject = Array.isArray(step) ? { [quantityPaths[0]!]: step[0] as unknown, [pricePaths[0]!]: step[1] as unknown } : isObject(step) ? step : {};
  const priceCny = readMoney(object, ...pricePaths);
  const minQuantity = readQuantity(object, ...quantityPaths);
  if (priceCny === undefined) throw missing(pricePaths[0]!, 'a price', undefined);
  if (minQuantity == null) throw missing(quantityPaths[0]!, 'a quantity', undefined);
  return priceCny === null ? null : { minQuantity: Math.max(1, minQuantity), priceCny: normalizeMoney(priceCny) };
}

/** SKUs in order, each id once: the last one told. A pseudo SKU of an offer without any (no id, no attribute) is left out. */
export function skuList(items: readonly RawObject[], field: string, toSku: (item: RawObject) => Omit<Sku, 'skuId'> & { skuId?: string | null | undefined }): Sku[] {
  const skus = new Map<string, Sku>();
  for (const [index, item] of items.entries()) {
    const sku = within(`${field}.${index}`, () => toSku(item));
    const skuId = sku.skuId ?? sku.specId ?? undefined;
    if (skuId === undefined) {
      if (sku.attributes == null || sku.attributes.length === 0) continue;
      throw missing(`${field}.${index}.skuId`, 'a SKU id', undefined);
    }
    skus.set(skuId, withoutUndefined({ ...sku, skuId }) as Sku);
  }
  return [...skus.values()];
}

/** Runs a reader of a part and puts the part's place before the field of its error. */
function within<Result>(place: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyncError) || typeof error.details['field'] !== 'string') throw error;
    const field = `${place}.${error.details['field']}`;
    throw new SyncError(error.code, error.message.replace(String(error.details['field']), field), { ...(error.hint === undefined ? {} : { hint: error.hint }), details: { ...error.details, field } });
  }
}

/** An attribute, or null when name or value is nothing. Lengths are cut to what a store holds. */
export function attributeOf(name: unknown, value: unknown, imageUrl?: string | null): Attribute | null {
  const key = textOf(name);
  const text = Array.isArray(value) ? value.map(textOf).filter(Boolean).join(',') : textOf(value);
  if (key === undefined || key === '' || text === undefined || text === '') return null;
  const attribute = { name: key.slice(0, 500), value: text.slice(0, 4_000) };
  return imageUrl == null ? attribute : { ...attribute, imageUrl };
}

/** Without the nulls. */
export function attributeList(attributes: readonly (Attribute | null)[]): Attribute[] {
  return attributes.filter((attribute) => attribute !== null).slice(0, 500);
}
