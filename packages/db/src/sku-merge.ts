import type { PriceTier } from '@1688/core';
import type { FieldValues } from './columns.ts';
import { keptIfSame, mergeFields, type ListMerge } from './field-merge.ts';
import { skuColumns } from './model-columns.ts';
import type { SkuState } from './product-state.ts';
import { isListed, isStale, neverTold, skuListMark, skuSlot, slots, withMark, type ToldTimes } from './told-times.ts';

export interface ToldSku {
  readonly skuId: string;
  readonly fields: FieldValues;
  readonly tiers?: readonly PriceTier[] | undefined;
}

/** A SKU that no list has placed comes after those that one has; a list has at most 5,000. */
const noPlace = 10_000;
const noFields: FieldValues = Object.fromEntries(skuColumns.map(({ field }) => [field, null]));
const noTiers: readonly PriceTier[] = [];

/**
 * There is a SKU while it was last told at or after the last whole list: one that is missing in that list is gone, a message may
 * bring one later. One that only older lists have gets a row that is gone, so that its values are there should it come back.
 */
export function mergeSkus(stored: readonly SkuState[], told: readonly ToldSku[], merge: ListMerge): readonly SkuState[] {
  const listMark = skuListMark(merge.told);
  const place = (index: number): number | null => (merge.teller === 'message' ? null : index);
  const renew = renewedTimes(merge.mark);
  const named = new Map(told.map((sku, index) => [sku.skuId, { sku, place: place(index) }]));
  const merged = stored.map((sku) => {
    const telling = named.get(sku.skuId);
    named.delete(sku.skuId);
    if (telling) return mergeSku(sku, telling, merge, renew, listMark);
    // Of two lists of one moment the later one counts, and lacks this SKU.
    const times = listMark === merge.mark && sku.told[slots.skuListed] === merge.mark ? withMark(sku.told, [slots.skuListed], Number.NaN) : sku.told;
    const deleted = !isListed(times[slots.skuListed]!, listMark);
    return deleted === sku.deleted && times === sku.told ? sku : { ...sku, told: times, deleted };
  });
  for (const [skuId, telling] of named) {
    const blank = { id: null, skuId, position: noPlace, fields: noFields, tiers: noTiers, told: neverTold, deleted: true };
    merged.push(mergeSku(blank, telling, merge, renew, listMark));
  }
  const same = merged.length === stored.length && merged.every((sku, index) => sku === stored[index]);
  return same ? stored : merged;
}

type Renew = (times: ToldTimes, accepted: readonly number[]) => ToldTimes;

function mergeSku(known: SkuState, { sku, place }: { sku: ToldSku; place: number | null }, { teller, mark }: ListMerge, renew: Renew, listMark: number): SkuState {
  const accepted: number[] = [];
  const accept = (slot: number): boolean => !isStale(known.told, slot, mark) && accepted.push(slot) > 0;
  accept(slots.skuListed);
  const fields = mergeFields(skuColumns, known.fields, sku.fields, (field) => accept(skuSlot(field)));
  const tiers = sku.tiers && accept(slots.skuTiers) ? keptIfSame(known.tiers, sku.tiers) : known.tiers;
  const placed = place !== null && (teller === 'list'
    ? Number.isNaN(known.told[slots.skuPlaceByDetail]!) && accept(slots.skuPlaceByList)
    : accept(slots.skuPlaceByDetail));
  const position = placed ? place : known.position;
  const told = renew(known.told, accepted);
  const deleted = !isListed(told[slots.skuListed]!, listMark);
  const same = told === known.told && fields === known.fields && tiers === known.tiers && deleted === known.deleted && position === known.position;
  return same ? known : { ...known, fields, tiers, told, deleted, position };
}

/** SKUs that had the same times and are told the same get the same array again: most products have one for all of theirs. */
function renewedTimes(mark: number): Renew {
  const renewed = new Map<ToldTimes, { key: string; times: ToldTimes }[]>();
  return (times, accepted) => {
    const key = accepted.join();
    const known = renewed.get(times);
    const found = known?.find((each) => each.key === key);
    if (found) return found.times;
    const marked = withMark(times, accepted, mark);
    if (known) known.push({ key, times: marked });
    else renewed.set(times, [{ key, times: marked }]);
    return marked;
  };
}
