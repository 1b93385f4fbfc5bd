import type { ProductState, SkuState } from './product-state.ts';
import { encodeToldTimes, neverTold, productTimesWith, sameTimes, type ToldTimes } from './told-times.ts';

/** One row of `tellings`, but for its product. */
export interface StoredTimes {
  readonly observedAt: Date;
  /** True: what a record told that came after newer ones. False: what stood before this record renewed it. */
  readonly late: boolean;
  readonly toldTimes: Buffer | null;
  /** Of SKUs that differ from the others: encoded times in hex → ids. */
  readonly skuTimes: Readonly<Record<string, readonly string[]>> | null;
}

/** The times that a record renewed, or null when it is the first to tell of the product, or renewed none. */
export function supersededTimes(before: ProductState, after: ProductState, observedAt: Date): StoredTimes | null {
  if (before.told === neverTold || (before.told === after.told && before.skus === after.skus)) return null;
  const own = before.skus.filter((sku) => sku.told !== before.skuTold && !sameTimes(sku.told, before.skuTold));
  return { observedAt, late: false, toldTimes: encodeToldTimes(productTimesWith(before.told, before.skuTold)), skuTimes: own.length > 0 ? byTimes(own) : null };
}

/** What one record told, by itself. */
export function toldEvent(observedAt: Date, told: ToldTimes, skus: readonly Pick<SkuState, 'skuId' | 'told'>[]): StoredTimes {
  return { observedAt, late: true, toldTimes: encodeToldTimes(told), skuTimes: skus.length > 0 ? byTimes(skus) : null };
}

function byTimes(skus: readonly Pick<SkuState, 'skuId' | 'told'>[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const { skuId, told } of skus) (groups[encodeToldTimes(told)?.toString('hex') ?? ''] ??= []).push(skuId);
  return groups;
}
