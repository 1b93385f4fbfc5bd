import { canonicalImageUrl, type ImageRole, type PriceTier } from '@1688/core';
import { sameJson } from './same-json.ts';
import {
  commonTimes, liveImages, markOf, mergeTelling, normalTiers, normalValue, positionedImages, productColumns, productSlot, skuColumns, skuListMark, skuSlot, slots, withMark,
  type Column, type DelistingEvidence, type FieldValue, type ProductState, type SkuState,
} from '@1688/db';
import type { FoldedRun, FoldedValue } from './feed-fold.ts';

/** A value that a revert leaves as it is. */
export interface KeptValue {
  readonly entity: 'product' | 'supplier';
  readonly sourceId: string;
  /** `title`, `skus/SKUID/priceCny`; `created` for a product that stays because somebody changed it since. */
  readonly field: string;
  readonly reason: 'changed later' | 'locked';
  /** The run that changed it, or null for a user or program. */
  readonly syncRecordId: string | null;
}

export interface RevertedProduct {
  readonly after: ProductState;
  /** How many values are put back. */
  readonly values: number;
  readonly kept: readonly KeptValue[];
}

export interface RevertContext {
  /** When it is put back: what was observed later counts as newer. */
  readonly at: Date;
  /** Source id of a supplier → our id of the one that it is now; null for none that is there. */
  readonly supplierIds: ReadonlyMap<string, string>;
  readonly supplierName: (id: string | null) => string | null;
}

/**
 * The product without what a run did to it: values that nobody changed since are as they were before the run, as if a caller had
 * written them now. What its documents hashed to is forgotten, so that a source that tells the same again is heard.
 */
export function revertedProduct(state: ProductState, { values }: FoldedRun, context: RevertContext): RevertedProduct {
  const kept: KeptValue[] = [];
  let after = state;
  let count = 0;
  for (const [field, value] of values) {
    if (field === 'removed' || value.before === undefined || value.after === undefined || sameJson(value.before, value.after)) continue;
    const reason = reasonToKeep(state, field, value, context);
    if (reason !== null) {
      kept.push({ entity: 'product', sourceId: state.offerId, field, reason, syncRecordId: value.changedBy ?? null });
      continue;
    }
    const now = putBack(after, field, value.before, context);
    if (now !== after) count += 1;
    after = now;
  }
  if (count === 0) return { after: state, values: 0, kept };
  const { list, detail, message } = state.kinds;
  const kinds = { list: { ...list, hash: null }, detail: { ...detail, hash: null }, message: { ...message, hash: null } };
  return { after: { ...after, kinds, skuTold: after.skus === state.skus ? state.skuTold : commonTimes(after.skus) }, values: count, kept };
}

/** Null where the run's value still stands. */
function reasonToKeep(state: ProductState, field: string, { after, changedBy }: FoldedValue, context: RevertContext): KeptValue['reason'] | null {
  if (Object.hasOwn(state.locks ?? {}, field.split('/')[0]!)) return 'locked';
  if (changedBy !== undefined) return 'changed later';
  return sameJson(currentValue(state, field, context), comparable(field, after)) ? null : 'changed later';
}

/** Of a listing only the time is compared: its evidence is told in other words by the feed. */
function comparable(field: string, value: unknown): unknown {
  return field === 'listing' ? (value as { delistedAt: unknown }).delistedAt : value;
}

function currentValue(state: ProductState, field: string, { supplierName }: RevertContext): unknown {
  if (field === 'supplier') return supplierName(state.supplierId);
  if (field === 'priceTiers') return state.tiers;
  if (field === 'images') return liveImages(state);
  if (field === 'listing') return state.listing.delistedAt?.toISOString() ?? null;
  const sku = skuOf(state, field);
  if (!field.startsWith('skus/')) return state.fields[field] ?? null;
  const name = nameOf(field);
  if (name === 'listed') return sku !== undefined && !sku.deleted;
  if (name === 'position') return sku?.position;
  return name === 'priceTiers' ? sku?.tiers : (sku?.fields[name] ?? null);
}

function putBack(state: ProductState, field: string, before: unknown, context: RevertContext): ProductState {
  const mark = markOf(context.at, 'caller');
  if (field === 'supplier') return { ...state, supplierId: typeof before === 'string' ? (context.supplierIds.get(before) ?? state.supplierId) : null, told: withMark(state.told, [slots.supplier], mark) };
  if (field === 'priceTiers') return { ...state, tiers: normalTiers(before as readonly PriceTier[]), told: withMark(state.told, [slots.tiers], mark) };
  if (field === 'images') return withImages(state, before as readonly { url: string; role: ImageRole }[], mark);
  if (field === 'listing') return withListing(state, before as { delistedAt: string | null; evidence: unknown });
  if (field.startsWith('skus/')) return withSku(state, field, before, mark);
  const column = productColumns.find((each) => each.field === field);
  if (!column) return state; // what is told besides, such as locks
  return { ...state, fields: { ...state.fields, [field]: normal(column, before) }, told: withMark(state.told, [productSlot(field)], mark) };
}

/** A list replaces the one that stands only when it is newer than that. */
function withImages(state: ProductState, images: readonly { readonly url: string; readonly role: ImageRole }[], mark: number): ProductState {
  const told = positionedImages(images.map(({ url, role }) => ({ url, role, canonicalUrl: canonicalImageUrl(url) })));
  const marks = [...state.told, ...state.images.map((image) => image.told)].filter((each) => !Number.isNaN(each));
  return mergeTelling(state, { fields: {}, images: told }, { teller: 'caller', mark: Math.max(mark, ...marks) });
}

function withListing(state: ProductState, { delistedAt, evidence }: { readonly delistedAt: string | null; readonly evidence: unknown }): ProductState {
  if (delistedAt === null) return { ...state, listing: { delistedAt: null, evidence: null } };
  return { ...state, listing: { delistedAt: new Date(delistedAt), evidence: evidence as DelistingEvidence | null } };
}

function withSku(state: ProductState, field: string, before: unknown, mark: number): ProductState {
  const known = skuOf(state, field);
  if (!known) return state;
  const sku = skuWith(known, nameOf(field), before, { mark, listMark: skuListMark(state.told) });
  return { ...state, skus: state.skus.map((each) => (each === known ? sku : each)) };
}

function skuWith(sku: SkuState, name: string, before: unknown, { mark, listMark }: { readonly mark: number; readonly listMark: number }): SkuState {
  if (name === 'listed') {
    return before === true
      ? { ...sku, deleted: false, told: withMark(sku.told, [slots.skuListed], Number.isNaN(listMark) ? mark : Math.max(mark, listMark)) }
      : { ...sku, deleted: true, told: withMark(sku.told, [slots.skuListed], Number.NaN) };
  }
  if (name === 'position') return { ...sku, position: Number(before), told: withMark(sku.told, [slots.skuPlaceByDetail], mark) };
  if (name === 'priceTiers') return { ...sku, tiers: normalTiers(before as readonly PriceTier[]), told: withMark(sku.told, [slots.skuTiers], mark) };
  const column = skuColumns.find((each) => each.field === name);
  if (!column) return sku;
  return { ...sku, fields: { ...sku.fields, [name]: normal(column, before) }, told: withMark(sku.told, [skuSlot(name)], mark) };
}

/** The feed spells values as the tables do, but for the order of keys. */
function normal({ type }: Column, value: unknown): FieldValue {
  return type === 'time' ? (value as FieldValue) : normalValue(type, value);
}

function skuOf({ skus }: ProductState, field: string): SkuState | undefined {
  const id = field.slice('skus/'.length, field.lastIndexOf('/'));
  return field.startsWith('skus/') ? skus.find(({ skuId }) => skuId === id) : undefined;
}

function nameOf(field: string): string {
  return field.slice(field.lastIndexOf('/') + 1);
}
