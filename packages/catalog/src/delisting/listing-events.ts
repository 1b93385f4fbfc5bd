import { changes, type Connection } from '@1688/db';

/** One time that an offer went or came back, with what said so. */
export interface ListingEvent {
  readonly kind: 'delisted' | 'relisted' | 'removed' | 'restored';
  /** When it was seen; of what the user did, when that was. */
  readonly observedAt: Date;
  /** A status, the scans that missed it, or the document that showed it; null for what the user did. */
  readonly evidence: Readonly<Record<string, unknown>> | null;
  readonly syncRecordId: string | null;
}

/** How an offer went and came back (下架, 上架), and what the user removed and restored, in the order in which it was learnt: from the change feed. */
export async function listingEvents(db: Connection, offerId: string): Promise<ListingEvent[]> {
  const events: ListingEvent[] = [];
  for await (const { entity, kind, fields, syncRecordId, changedAt } of changes(db).list({ sourceId: offerId })) {
    if (entity !== 'product' || kind === 'created' || kind === 'updated') continue;
    const evidence = (fields['evidence']?.after ?? null) as ListingEvent['evidence'];
    const seen = fields['delistedAt']?.after ?? evidence?.['observedAt'];
    events.push({ kind, observedAt: typeof seen === 'string' ? new Date(seen) : changedAt, evidence, syncRecordId });
  }
  return events;
}
