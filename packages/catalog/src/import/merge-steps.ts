import { emptyState, sameContent, type ProductState } from '@1688/db';
import { judgedListing, speaksForListing } from '../delisting/judged-listing.ts';
import { isListingMove } from '../delisting/listing-change.ts';
import { withoutLocked, withSourceValues } from '../locks/locked-record.ts';
import { isOlder, mergeRecord } from './merge-record.ts';
import type { PreparedRecord } from './prepared-record.ts';

export type Outcome = 'created' | 'updated' | 'unchanged';

/** What one record makes of a product. */
export interface MergeStep {
  readonly record: PreparedRecord;
  readonly outcome: Outcome;
  /** True for a record that tells what its kind told last. */
  readonly repeats: boolean;
  readonly before: ProductState;
  readonly after: ProductState;
}

export interface MergeContext {
  /** Source id of a supplier as it was told → our id. */
  readonly supplierIds: ReadonlyMap<string, string>;
  readonly syncRecordId: string;
}

/** Merges records into a product, one after the other. */
export function mergeSteps(start: ProductState, { records }: { readonly records: readonly PreparedRecord[] }, { supplierIds, syncRecordId }: MergeContext): MergeStep[] {
  const steps: MergeStep[] = [];
  let before = start;
  for (const record of records) {
    const open = before.locks ? withoutLocked(before.locks, record) : record;
    const { supplier } = open.told;
    const supplierId = supplier ? supplierIds.get(supplier.sourceId) : supplier;
    const known = isRepeat(before, record);
    const after = known ? before : judgedListing(withSourceValues(mergeRecord(before, open, supplierId), record), record, syncRecordId);
    const created = start.id === null && steps.length === 0;
    steps.push({ record, before, after, repeats: known, outcome: created ? 'created' : sameContent(before, after) && !isListingMove(before.listing, after.listing) ? 'unchanged' : 'updated' });
    before = after;
  }
  return steps;
}

/** Like `isKnown`, of a product as it is locked. */
function isRepeat({ kinds, listing }: ProductState, record: PreparedRecord): boolean {
  const { kind, hash, observedAt } = record;
  const last = kinds[kind];
  if (!last.hash?.equals(hash)) return false;
  if (listing.delistedAt !== null && isOlder(last.observedAt ?? observedAt, observedAt) && speaksForListing(record)) return false;
  if (kind === 'message') return last.observedAt?.getTime() === observedAt.getTime();
  return !isOlder(observedAt, last.observedAt) && !isOlder(last.observedAt ?? observedAt, kinds.message.observedAt);
}

/** The state after the last step. */
export function lastOf(steps: readonly MergeStep[], offerId: string, start: ProductState = emptyState(offerId)): ProductState {
  return steps.at(-1)?.after ?? start;
}
