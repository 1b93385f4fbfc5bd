import type { PriceTier } from '@1688/core';
import { sameValue, type Column, type FieldValue, type FieldValues } from './columns.ts';
import type { Teller, ToldTimes } from './told-times.ts';

export interface ToldBy {
  readonly teller: Teller;
  /** See `markOf`. */
  readonly mark: number;
}

/** For a list that belongs to a product. */
export interface ListMerge extends ToldBy {
  /** The product's times after the telling. */
  readonly told: ToldTimes;
}

/** Told fields that are accepted replace. `accept` is asked of each that is told. @returns the same object when nothing changed */
export function mergeFields(columns: readonly Column[], stored: FieldValues, told: FieldValues, accept: (field: string) => boolean): FieldValues {
  let merged: Record<string, FieldValue> | undefined;
  for (const { field } of columns) {
    const value = told[field];
    if (value === undefined || !accept(field) || sameValue(value, stored[field] ?? null)) continue;
    merged ??= { ...stored };
    merged[field] = value;
  }
  return merged ?? stored;
}

export function keptIfSame(stored: readonly PriceTier[], told: readonly PriceTier[]): readonly PriceTier[] {
  return sameValue(stored, told) ? stored : told;
}
