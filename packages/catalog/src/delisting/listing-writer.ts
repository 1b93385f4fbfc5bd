import { quoteName } from '@1688/db';
import type pg from 'pg';
import type { PreparedRecord } from '../import/prepared-record.ts';
import type { WrittenProduct } from '../import/product-writer.ts';

interface WrittenOffer {
  readonly offer: { readonly records: readonly PreparedRecord[] };
  readonly written: WrittenProduct;
}

/** Writes listing, locks and what is outdated where they moved, over rows that the transaction has locked. Usually nothing did, and nothing is asked. */
export async function writeListings(client: pg.ClientBase, schema: string, offers: readonly WrittenOffer[]): Promise<void> {
  const s = quoteName(schema);
  const written = offers.map((offer) => offer.written);
  const moved = written.filter(({ before, after }) => (before ? before.listing !== after.listing : after.listing.delistedAt !== null));
  if (moved.length > 0) {
    await client.query(
      `update ${s}.products p set delisted_at = m.at, delisted_evidence = m.evidence from unnest($1::bigint[], $2::timestamptz[], $3::jsonb[]) as m (id, at, evidence) where p.id = m.id`,
      [moved.map(({ after }) => after.id), moved.map(({ after }) => after.listing.delistedAt), moved.map(({ after }) => jsonOf(after.listing.evidence))]);
  }
  const told = written.filter(({ before, after }) => before && before.locks !== after.locks);
  if (told.length > 0) {
    await client.query(
      `update ${s}.products p set field_locks = m.locks from unnest($1::bigint[], $2::jsonb[]) as m (id, locks) where p.id = m.id`,
      [told.map(({ after }) => after.id), told.map(({ after }) => jsonOf(after.locks))]);
  }
  await markOutdated(client, s, offers);
}

/**
 * Products of which a message said that something changed, and not to what (modify, SKU events, prices), wait to be fetched again:
 * their sync status becomes `pending` until a newer document arrives.
 */
async function markOutdated(client: pg.ClientBase, s: string, offers: readonly WrittenOffer[]): Promise<void> {
  const outdated = offers.filter(({ offer: { records }, written: { before, after } }) => {
    const last = records.findLast(tellsNothing);
    const document = after.kinds.detail.observedAt ?? after.kinds.list.observedAt;
    return last !== undefined && before !== after && (document === null || document < last.observedAt);
  });
  if (outdated.length === 0) return;
  await client.query(`update ${s}.products set sync_status = 'pending' where id = any($1)`, [outdated.map(({ written }) => written.after.id)]);
}

function tellsNothing({ kind, told }: PreparedRecord): boolean {
  return kind === 'message' && told.skus === undefined && told.tiers === undefined && Object.keys(told.fields).length === 0 && Object.keys(told.volatile).length === 0;
}

function jsonOf(value: object | null): string | null {
  return value && JSON.stringify(value);
}
