import { markOf, mergeTelling, sameContent, toldGroups, type ProductState, type Telling } from '@1688/db';
import type { PreparedRecord } from './prepared-record.ts';
import type { ToldProduct } from './told-product.ts';

/**
 * The state after one more record: told fields replace, absent ones stay, and what was told later than this record stays as it is.
 * The same object comes back when the record is older than all that it tells.
 * @param supplierId our id of the told supplier, null when told to be none, undefined when not told
 */
export function mergeRecord(state: ProductState, prepared: PreparedRecord, supplierId: string | null | undefined): ProductState {
  const { kind, observedAt, told } = prepared;
  const by = { teller: kind, mark: markOf(observedAt, kind) };
  const plain = state.id === null ? null : mergeTelling(state, { ...told, supplierId }, by);
  const merged = plain && sameContent(state, plain) ? plain : mergeTelling(state, withSales(told, supplierId), by);
  return withTimes(state, merged, prepared);
}

function withTimes(before: ProductState, merged: ProductState, { kind, observedAt, hash, told }: PreparedRecord): ProductState {
  const groups = toldGroups(told).filter((group) => isNewer(observedAt, before.observed[group]));
  const kindIsFresh = !isOlder(observedAt, before.kinds[kind].observedAt);
  const isFirst = before.firstObservedAt === null || observedAt < before.firstObservedAt;
  if (merged === before && groups.length === 0 && !kindIsFresh && !isFirst) return before;
  return {
    ...merged,
    observed: groups.length === 0 ? before.observed : { ...before.observed, ...Object.fromEntries(groups.map((group) => [group, observedAt])) },
    kinds: kindIsFresh ? { ...before.kinds, [kind]: { hash, observedAt } } : before.kinds,
    firstObservedAt: isFirst ? observedAt : before.firstObservedAt,
  };
}

/** Sales figures among the fields, where they are only once there is another reason to write. */
function withSales(told: ToldProduct, supplierId: string | null | undefined): Telling {
  const skus = told.skus?.map((sku) => ({ ...sku, fields: { ...sku.fields, ...sku.volatile } }));
  return { ...told, supplierId, fields: { ...told.fields, ...told.volatile }, ...(skus ? { skus } : {}) };
}

export function isOlder(time: Date, than: Date | null): boolean {
  return than !== null && time.getTime() < than.getTime();
}

function isNewer(time: Date, than: Date | null): boolean {
  return than === null || time.getTime() > than.getTime();
}
