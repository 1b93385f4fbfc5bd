import { recordKinds, type RecordKind } from '@1688/core';
import { markOf, productSlot, type DelistingEvidence, type ListingState, type ProductState } from '@1688/db';
import type { PreparedRecord } from '../import/prepared-record.ts';
import { listingOfStatus } from './listing-word.ts';

const statusSlot = productSlot('sourceStatus');

/**
 * The state with what its newest evidence says of its listing. Evidence against an offer is a status that was told, or what a full
 * scan noted; evidence for it is a status, or that a list or a detail document showed it. The newer one counts whatever came first,
 * as both are judged by when they were seen; a document whose status says neither (auditing) is no evidence. The same object comes
 * back when nothing moved, which for an offer that is listed costs two comparisons.
 * @param record the last record that the state holds
 */
export function judgedListing(state: ProductState, record: PreparedRecord, syncRecordId: string): ProductState {
  const { listing, fields } = state;
  const verdict = listingOfStatus(fields['sourceStatus']);
  if (listing.delistedAt === null && verdict !== 'delisted') return state;
  const statusMark = state.told[statusSlot]!;
  const byStatus = verdict === 'delisted' ? statusMark : Number.NaN;
  const known = listing.evidence ? markOfEvidence(listing.evidence) : Number.NaN;
  const against = newest(byStatus, known);
  const shown = newest(seenMark(state, 'list', verdict), seenMark(state, 'detail', verdict), verdict === 'listed' ? statusMark : Number.NaN);
  // What shows an offer at the very moment of a scan was not missed by it; a document that tells the status shows the offer too.
  const isListed = Number.isNaN(against) || (listing.evidence?.kind === 'scan' && !(byStatus >= known) ? shown >= against : shown > against);
  if (isListed) return listing.delistedAt === null ? state : { ...state, listing: { delistedAt: null, evidence: null } };
  if (listing.delistedAt !== null && (listing.evidence?.kind === 'status' || !(byStatus > known))) return state;
  return { ...state, listing: delistedByStatus(state, statusMark, record, syncRecordId) };
}

/** True for a record that shows an offer, or says that it is back: what may relist one that is delisted. */
export function speaksForListing({ kind, told }: PreparedRecord): boolean {
  const verdict = listingOfStatus(told.fields['sourceStatus']);
  return verdict === 'listed' || (kind !== 'message' && verdict === null);
}

function delistedByStatus({ listing, fields }: ProductState, mark: number, { profile }: PreparedRecord, syncRecordId: string): ListingState {
  const observedAt = new Date(Math.floor(mark));
  const told = recordKinds[Math.round((mark - Math.floor(mark)) * 4)] ?? 'detail';
  const evidence = { kind: 'status', status: String(fields['sourceStatus']), told, profile, observedAt: observedAt.toISOString(), syncRecordId } as const;
  return { delistedAt: listing.delistedAt ?? observedAt, evidence };
}

function markOfEvidence(evidence: DelistingEvidence): number {
  if (evidence.kind === 'status') return markOf(new Date(evidence.observedAt), evidence.told);
  return Date.parse(evidence.misses[0]?.observedAt ?? '');
}

function seenMark({ kinds, told, fields }: ProductState, kind: RecordKind, verdict: 'listed' | 'delisted' | null): number {
  const { observedAt } = kinds[kind];
  if (observedAt === null) return Number.NaN;
  const mark = markOf(observedAt, kind);
  return verdict === null && fields['sourceStatus'] != null && told[statusSlot] === mark ? Number.NaN : mark;
}

/** NaN only when all are. */
function newest(...marks: readonly number[]): number {
  return marks.reduce((last, mark) => (Number.isNaN(last) || mark > last ? mark : last), Number.NaN);
}
