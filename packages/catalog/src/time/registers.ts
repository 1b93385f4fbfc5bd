import type { PriceTier } from '@1688/core';
import { listedStatus, type FieldValue, type HistoryField, type ProductState } from '@1688/db';
import { timelineOf, type Period, type Timeline } from './timeline.ts';

/** What history follows of one product: a field of the product, or of one of its SKUs. */
export interface Register {
  readonly skuId: string | null;
  readonly field: HistoryField;
}

export function registerKey({ skuId, field }: Register): string {
  return `${field} ${skuId ?? ''}`;
}

/** Whether a SKU is there. */
export function isPresence({ skuId, field }: Register): boolean {
  return skuId !== null && field === 'status';
}

/** A value as jsonb gave it back, its keys in our order. */
export function followedValue(field: HistoryField, value: unknown): FieldValue {
  if (value === null || value === undefined) return null;
  if (field === 'tiers') return (value as PriceTier[]).map(({ minQuantity, priceCny }) => ({ minQuantity, priceCny }));
  if (field !== 'price' || typeof value !== 'object') return value as FieldValue;
  const { priceMinCny = null, priceMaxCny = null } = value as { priceMinCny?: string | null; priceMaxCny?: string | null };
  return { priceMinCny, priceMaxCny };
}

/** What holds now. A SKU that is gone has its last values, and the status null. */
export function currentFollowed({ fields, tiers, skus }: ProductState): (Register & { readonly value: FieldValue })[] {
  const of = (values: ProductState['fields'], field: string): FieldValue => values[field] ?? null;
  return [
    { skuId: null, field: 'title', value: of(fields, 'title') },
    { skuId: null, field: 'status', value: of(fields, 'sourceStatus') },
    { skuId: null, field: 'minOrderQuantity', value: of(fields, 'minOrderQuantity') },
    { skuId: null, field: 'stock', value: of(fields, 'stockQuantity') },
    { skuId: null, field: 'price', value: { priceMinCny: of(fields, 'priceMinCny'), priceMaxCny: of(fields, 'priceMaxCny') } },
    { skuId: null, field: 'tiers', value: tiers },
    ...skus.flatMap(({ skuId, fields: own, tiers: ownTiers, deleted }): (Register & { value: FieldValue })[] => [
      { skuId, field: 'status', value: deleted ? null : listedStatus },
      { skuId, field: 'price', value: of(own, 'priceCny') },
      { skuId, field: 'stock', value: of(own, 'stockQuantity') },
      { skuId, field: 'tiers', value: ownTiers },
    ]),
  ];
}

/**
 * How each register moved, its first value from the beginning of time.
 * @param superseded by register, oldest first
 */
export function linesOf(state: ProductState, superseded: ReadonlyMap<string, readonly Period[]>): Map<string, Timeline> {
  return new Map(currentFollowed(state).map(({ value, ...register }) => [registerKey(register), timelineOf(superseded.get(registerKey(register)) ?? [], value, -Infinity)]));
}
