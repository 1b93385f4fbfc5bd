import type { ListingState, ProductState } from '@1688/db';
import type { ChangeRow } from '../import/change-rows.ts';
import type { PreparedRecord } from '../import/prepared-record.ts';

/** True when an offer went or came back between two states. */
export function isListingMove(before: ListingState, after: ListingState): boolean {
  return (before.delistedAt === null) !== (after.delistedAt === null);
}

/** What the feed says of an offer that went (`delisted`) or came back (`relisted`): since when, and by which evidence. Null when neither. */
export function listingChange(before: ProductState, after: ProductState, record: PreparedRecord, syncRecordId: string): ChangeRow | null {
  if (!isListingMove(before.listing, after.listing)) return null;
  const [was, is] = [before.listing.delistedAt, after.listing.delistedAt];
  const evidence = is === null ? shownBy(record, syncRecordId) : after.listing.evidence;
  return {
    entity: 'product', sourceId: after.offerId, kind: is === null ? 'relisted' : 'delisted',
    fields: { delistedAt: { before: was?.toISOString() ?? null, after: is?.toISOString() ?? null }, evidence: { before: before.listing.evidence, after: evidence } },
  };
}

function shownBy({ kind, profile, observedAt, told }: PreparedRecord, syncRecordId: string): Readonly<Record<string, unknown>> {
  return { kind: 'shown', status: told.fields['sourceStatus'] ?? null, told: kind, profile, observedAt: observedAt.toISOString(), syncRecordId };
}
