import { sameValue, type FieldValue } from './columns.ts';
import { sameContent } from './product-merge.ts';
import type { ProductState, SkuState } from './product-state.ts';
import { productSlot, skuListMark, skuSlot, slots, type ToldTimes } from './told-times.ts';

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
 * Values that a record superseded. One that nobody had told before was not known rather than empty, and is none; nor is the absence
 * of a SKU before the first whole list.
 */
export function supersededValues(before: ProductState, after: ProductState): SupersededValue[] {
  if (before.firstObservedAt === null || sameContent(before, after)) return [];
  const values: SupersededValue[] = [];
  const add = (known: boolean, field: HistoryField, old: FieldValue, now: FieldValue, skuId: string | null = null): void => {
    if (known && !sameValue(old, now)) values.push({ skuId, field, value: old });
  };
  const both = (field: string): [FieldValue, FieldValue] => [before.fields[field] ?? null, after.fields[field] ?? null];
  const wasTold = (field: string): boolean => isTold(before.told, productSlot(field));
  add(wasTold('priceMinCny') || wasTold('priceMaxCny'), 'price', priceOf(before), priceOf(after));
  add(isTold(before.told, slots.tiers), 'tiers', before.tiers, after.tiers);
  add(wasTold('minOrderQuantity'), 'minOrderQuantity', ...both('minOrderQuantity'));
  add(wasTold('stockQuantity'), 'stock', ...both('stockQuantity'));
  add(wasTold('sourceStatus'), 'status', ...both('sourceStatus'));
  add(wasTold('title'), 'title', ...both('title'));
  if (before.skus === after.skus) return values;
  const listKnown = !Number.isNaN(skuListMark(before.told));
  const stored = new Map(before.skus.map((sku) => [sku.skuId, sku]));
  for (const sku of after.skus) {
    const old = stored.get(sku.skuId);
    if (old === sku) continue;
    add(listKnown || old !== undefined, 'status', statusOf(old), statusOf(sku), sku.skuId);
    if (!old) continue;
    const skuTold = (field: string): boolean => isTold(old.told, skuSlot(field));
    add(skuTold('priceCny'), 'price', old.fields['priceCny'] ?? null, sku.fields['priceCny'] ?? null, sku.skuId);
    add(isTold(old.told, slots.skuTiers), 'tiers', old.tiers, sku.tiers, sku.skuId);
    add(skuTold('stockQuantity'), 'stock', old.fields['stockQuantity'] ?? null, sku.fields['stockQuantity'] ?? null, sku.skuId);
  }
  return values;
}

function isTold(times: ToldTimes, slot: number): boolean {
  return !Number.isNaN(times[slot]!);
}

function priceOf({ fields }: ProductState): FieldValue {
  return { priceMinCny: fields['priceMinCny'], priceMaxCny: fields['priceMaxCny'] };
}

function statusOf(sku: SkuState | undefined): string | null {
  return sku && !sku.deleted ? listedStatus : null;
}
