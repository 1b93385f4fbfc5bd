import type { Change, RecordKind } from '@1688/core';
import { productColumns, sameValue, skuColumns, type FieldGroup, type FieldValue } from './column.ts';
import { sameContent } from './merge-record.ts';
import type { ProductState, SkuState } from './product-state.ts';

export type ChangedFields = Change['fields'];

/** What stood until a record superseded it. Since when it stood is looked up when it is written. */
export interface SupersededValue {
  readonly skuId: string | null;
  readonly field: HistoryField;
  readonly value: unknown;
}

export type HistoryField = 'price' | 'stock' | 'tiers' | 'minOrderQuantity' | 'status' | 'title';

/** What a listed SKU has as its status; an absent one has null. */
export const listedStatus = 'listed';

/**
 * Which fields moved, before and after. `supplier` holds our ids, to be replaced by source ids.
 */
export function changedFields(before: ProductState, after: ProductState): Record<string, { before: unknown; after: unknown }> {
  const fields: Record<string, { before: unknown; after: unknown }> = {};
  for (const { field } of productColumns) {
    const [old, now] = [before.fields[field] ?? null, after.fields[field] ?? null];
    if (!sameValue(old, now)) fields[field] = { before: old, after: now };
  }
  if (before.supplierId !== after.supplierId) fields['supplier'] = { before: before.supplierId, after: after.supplierId };
  if (before.tiers !== after.tiers) fields['priceTiers'] = { before: before.tiers, after: after.tiers };
  if (before.skus !== after.skus) fields['skus'] = changedSkus(before.skus, after.skus);
  if (before.images !== after.images) fields['images'] = { before: liveImages(before), after: liveImages(after) };
  return fields;
}

/**
 * Values that a record of this kind superseded. A group that nobody had seen before has none, and what the first record of a kind
 * fills in was not known rather than empty.
 */
export function supersededValues(before: ProductState, after: ProductState, kind: RecordKind): SupersededValue[] {
  if (before.firstObservedAt === null || sameContent(before, after)) return [];
  const firstOfKind = before.kinds[kind].hash === null;
  const values: SupersededValue[] = [];
  const add = (group: FieldGroup, field: HistoryField, old: FieldValue, now: FieldValue, skuId: string | null = null): void => {
    if (before.observed[group] === null || sameValue(old, now) || (firstOfKind && isEmpty(old))) return;
    values.push({ skuId, field, value: old });
  };
  const both = (field: string): [FieldValue, FieldValue] => [before.fields[field] ?? null, after.fields[field] ?? null];
  add('price', 'price', priceOf(before), priceOf(after));
  add('price', 'tiers', before.tiers, after.tiers);
  add('price', 'minOrderQuantity', ...both('minOrderQuantity'));
  add('stock', 'stock', ...both('stockQuantity'));
  add('content', 'status', ...both('sourceStatus'));
  add('content', 'title', ...both('title'));
  if (before.skus === after.skus) return values;
  const stored = new Map(before.skus.map((sku) => [sku.skuId, sku]));
  for (const sku of after.skus) {
    const old = stored.get(sku.skuId);
    if (old === sku) continue;
    add('content', 'status', statusOf(old), statusOf(sku), sku.skuId);
    if (!old) continue;
    add('price', 'price', old.fields['priceCny'] ?? null, sku.fields['priceCny'] ?? null, sku.skuId);
    add('price', 'tiers', old.tiers, sku.tiers, sku.skuId);
    add('stock', 'stock', old.fields['stockQuantity'] ?? null, sku.fields['stockQuantity'] ?? null, sku.skuId);
  }
  return values;
}

function isEmpty(value: FieldValue): boolean {
  if (value === null || (Array.isArray(value) && value.length === 0)) return true;
  return typeof value === 'object' && Object.values(value).every((each) => each === null);
}

function priceOf({ fields }: ProductState): FieldValue {
  return { priceMinCny: fields['priceMinCny'], priceMaxCny: fields['priceMaxCny'] };
}

function statusOf(sku: SkuState | undefined): string | null {
  return sku && !sku.deleted ? listedStatus : null;
}

/** Lists only SKUs that moved, with the fields that did; one that is in `after` alone is new, one in `before` alone is gone. */
interface SkuChange {
  readonly before: Record<string, unknown>[];
  readonly after: Record<string, unknown>[];
}

function changedSkus(before: readonly SkuState[], after: readonly SkuState[]): SkuChange {
  const stored = new Map(before.map((sku) => [sku.skuId, sku]));
  const change: SkuChange = { before: [], after: [] };
  for (const sku of after) {
    const old = stored.get(sku.skuId);
    if (old === sku) continue;
    const [was, is] = [wholeSku(old), wholeSku(sku)];
    const moved = was && is ? Object.keys(is).filter((key) => !sameValue(was[key] ?? null, is[key] ?? null)) : null;
    if (moved?.length === 0) continue;
    if (was) change.before.push({ skuId: sku.skuId, ...(moved ? pick(was, moved) : was) });
    if (is) change.after.push({ skuId: sku.skuId, ...(moved ? pick(is, moved) : is) });
  }
  return change;
}

function wholeSku(sku: SkuState | undefined): Record<string, FieldValue> | null {
  if (!sku || sku.deleted) return null;
  const fields = Object.fromEntries(skuColumns.map(({ field }) => [field, sku.fields[field] ?? null]));
  return { position: sku.position, ...fields, priceTiers: sku.tiers };
}

function pick(source: Record<string, FieldValue>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, source[key]]));
}

function liveImages({ images }: ProductState): { url: string; role: string }[] {
  const live = images.filter((image) => !image.deleted);
  return live.toSorted((a, b) => compareRoles(a.role, b.role) || a.position - b.position).map(({ url, role }) => ({ url, role }));
}

const roleOrder = ['main', 'gallery', 'sku', 'description'];

function compareRoles(a: string, b: string): number {
  return roleOrder.indexOf(a) - roleOrder.indexOf(b);
}
