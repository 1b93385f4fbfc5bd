import type { RecordKind } from '@1688/core';
import { emptyState, markOf, sameContent, type ProductState } from '@1688/db';
import { judgedListing, speaksForListing } from '../delisting/judged-listing.ts';
import { isListingMove } from '../delisting/listing-change.ts';
import { withoutLocked, withSourceValues } from '../locks/locked-record.ts';
import { isOlder, mergeRecord } from './merge-record.ts';
import type { PreparedRecord } from './prepared-record.ts';
import type { WrittenProduct } from './product-writer.ts';

/** What a batch tells of one offer. */
export interface OfferRecords {
  readonly offerId: string;
  /** Oldest first, without those that tell of the same moment as one before them. */
  readonly records: readonly PreparedRecord[];
  /** Kinds of record that the run had not met for this offer: each counts once. */
  readonly countedKinds: readonly RecordKind[];
}

export type Outcome = 'created' | 'updated' | 'unchanged';

export interface MergeStep {
  readonly record: PreparedRecord;
  readonly outcome: Outcome;
  /** It tells what its kind told last. */
  readonly repeated: boolean;
  readonly before: ProductState;
  readonly after: ProductState;
}

export interface MergedProduct {
  readonly offer: OfferRecords;
  readonly steps: readonly MergeStep[];
  readonly written: WrittenProduct;
  /** Something that it tells is older than what is stored. */
  readonly late: boolean;
}

export interface MergeContext {
  /** Source id of a supplier as it was told → our id. */
  readonly supplierIds: ReadonlyMap<string, string>;
  readonly syncRecordId: string;
}

/** What each record of an offer makes of it, one after the other. */
export function mergeSteps(start: ProductState, { records }: Pick<OfferRecords, 'records'>, { supplierIds, syncRecordId }: MergeContext): MergeStep[] {
  const steps: MergeStep[] = [];
  let before = start;
  for (const record of records) {
    const open = before.locks ? withoutLocked(before.locks, record) : record;
    const { supplier } = open.told;
    const supplierId = supplier ? supplierIds.get(supplier.sourceId) : supplier;
    const known = isRepeat(before, record);
    const after = known ? before : judgedListing(withSourceValues(mergeRecord(before, open, supplierId), record), record, syncRecordId);
    const created = start.id === null && steps.length === 0;
    steps.push({ record, before, after, repeated: known, outcome: created ? 'created' : sameContent(before, after) && !isListingMove(before.listing, after.listing) ? 'unchanged' : 'updated' });
    before = after;
  }
  return steps;
}

/** Older than anything that was told before it. Most SKUs share one array of times. */
export function isLate({ record: { observedAt, kind }, before: { told, skus }, repeated }: MergeStep): boolean {
  if (repeated) return false;
  const mark = markOf(observedAt, kind);
  if (told.some((last) => last > mark)) return true;
  return skus.some((sku, index) => sku.told !== skus[index - 1]?.told && sku.told.some((last) => last > mark));
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

/** The state after all of them. */
export function lastOf(steps: readonly MergeStep[], offerId: string, start: ProductState = emptyState(offerId)): ProductState {
  return steps.at(-1)?.after ?? start;
}
