import type { RecordKind } from '@1688/core';
import { sameValue, type FieldGroup, type FieldValue, type ProductState, type SkuState } from '@1688/db';
import { sameContent } from './merge-record.ts';

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
