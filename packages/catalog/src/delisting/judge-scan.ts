import { SyncError } from '@1688/core';
import { lockKey, quoteName, type Transaction } from '@1688/db';
import type pg from 'pg';
import { productIdSet, type ProductIdSet } from './product-id-set.ts';
import { rejectedOffers } from './rejected-offers.ts';
import { scanGenerations, type ScanGeneration } from './scan-generations.ts';
import { scopeMembers, sightedProducts } from './scope-members.ts';

export interface ScanOptions {
  readonly scope: string;
  readonly scan: ScanGeneration;
  /** How many completed full scans, one after the other, must miss an offer. */
  readonly delistAfter: number;
  /** The largest share of the scope's listed offers that one scan may miss, 0 to 1. */
  readonly maxMissedShare: number;
  /** Lets a scan pass that missed more. */
  readonly allowed: boolean;
}

/** What a completed full scan says of the offers of its scope. */
export interface ScanResult {
  /** False when the scan is no proof of what is gone: it then delists nothing and does not count. */
  readonly complete: boolean;
  /** Why not, in one sentence. */
  readonly reason: string | null;
  /** Listed offers of the scope. */
  readonly members: number;
  /** Of these, how many nobody has seen since the scan began. */
  readonly missed: number;
  /** How many it delisted: those that were missed often enough. */
  readonly delisted: number;
}

/** An offer that no import of its scope has shown for so many scans beyond those that count belongs to it no longer. */
const memberScans = 10;

/** Nothing newer than a time is known of an offer: no document showed it, and no message spoke of it. */
const silentSince = (time: string): string => `coalesce(greatest(p.list_observed_at, p.detail_observed_at, p.message_observed_at), '-infinity') < ${time}`;

/**
 * Judges what a full scan missed, at its end and in the transaction that closes its run: a scan that is killed, cut or refused before
 * delists nothing. To be the last thing the transaction does but for the run's own row, as it writes to the feed.
 * @throws SYNC_GUARD when more was missed than is plausible; nothing is delisted, and the scan does not count
 */
export async function judgeScan(trx: Transaction, client: pg.ClientBase, options: ScanOptions): Promise<ScanResult> {
  const { schema } = trx;
  const { scope, scan, delistAfter } = options;
  const generations = await scanGenerations(client, schema, { scope, current: scan, count: delistAfter + memberScans });
  const window = generations.slice(0, delistAfter);
  const members = await scopeMembers(trx, client, { scope, since: generations.length === delistAfter + memberScans ? generations : null });
  const seen = await sightedProducts(client, schema, { since: [scan] });
  const rejected = await rejectedOffers(trx, client, scan.syncRecordId, seen);
  await stageMissed(client, members, seen, window.length < delistAfter ? members : await metByAny(trx, client, window, seen));
  const counts = await countMissed(client, schema, members.size, scan.observedAt);
  const met = await metAny(client, schema, scan.syncRecordId);
  if (counts.members > 0) guard(options, counts, met);
  const incomplete = !met ? 'It met no offer.' : rejected.reason;
  if (incomplete !== null) return { complete: false, reason: incomplete, ...counts, delisted: 0 };
  const delisted = await delist(client, schema, options, window);
  await client.query(
    `insert into ${quoteName(schema)}.full_scans (sync_record_id, scope, observed_at, member_count, missed_count, delisted_count, allowed) values ($1, $2, $3, $4, $5, $6, $7)`,
    [scan.syncRecordId, scope, scan.observedAt, counts.members, counts.missed, delisted, options.allowed]);
  return { complete: true, reason: null, ...counts, delisted };
}

/** Members that this scan missed, and which of them were not seen in all the scans that count either. */
async function stageMissed(client: pg.ClientBase, members: ProductIdSet, seen: ProductIdSet, seenLately: ProductIdSet): Promise<void> {
  await client.query('create temporary table sync1688_missed (id bigint primary key, gone boolean not null) on commit drop');
  let ids: string[] = [];
  const flush = async (): Promise<void> => {
    await client.query('insert into pg_temp.sync1688_missed select * from unnest($1::bigint[], $2::boolean[])', [ids, ids.map((id) => !seenLately.has(id))]);
    ids = [];
  };
  for (const id of members.values()) {
    if (seen.has(id)) continue;
    ids.push(id);
    if (ids.length === 10_000) await flush();
  }
  await flush();
}

/** Products that one of these scans met, or that anybody saw since the oldest of them. */
async function metByAny(trx: Transaction, client: pg.ClientBase, scans: readonly ScanGeneration[], seen: ProductIdSet): Promise<ProductIdSet> {
  const met = productIdSet();
  for (const id of seen.values()) met.add(id);
  await sightedProducts(client, trx.schema, { since: scans }, met);
  for (const { syncRecordId } of scans) await rejectedOffers(trx, client, syncRecordId, met);
  return met;
}

/** Offers that are delisted or removed already are not missed, and are no members. */
async function countMissed(client: pg.ClientBase, schema: string, memberCount: number, since: Date): Promise<{ members: number; missed: number }> {
  const { rows } = await client.query<{ others: string; missed: string }>(
    `select count(*) filter (where p.id is null or p.delisted_at is not null or p.deleted_at is not null) as others,
       count(*) filter (where p.delisted_at is null and p.deleted_at is null and ${silentSince('$1')}) as missed
     from pg_temp.sync1688_missed m left join ${quoteName(schema)}.products p on p.id = m.id`, [since]);
  return { members: memberCount - Number(rows[0]?.others), missed: Number(rows[0]?.missed) };
}

async function metAny(client: pg.ClientBase, schema: string, syncRecordId: string): Promise<boolean> {
  const { rows } = await client.query(`select from ${quoteName(schema)}.sightings where sync_record_id = $1 and kind <> 'message' limit 1`, [syncRecordId]);
  return rows.length > 0;
}

function guard({ scope, maxMissedShare, allowed, scan }: ScanOptions, { members, missed }: { members: number; missed: number }, met: boolean): void {
  const share = missed / members;
  if (met && (allowed || share <= maxMissedShare)) return;
  const percent = (value: number): string => `${Number((value * 100).toFixed(1))} %`;
  const hint = met
    ? 'Nothing was delisted. Look whether the input is whole; if the offers are really gone, run the same command with --resume --allow-mass-delisting.'
    : 'Nothing was delisted. An answer without offers proves nothing: look at what the source really sent.';
  throw new SyncError('SYNC_GUARD', `Expected a full scan of scope ${scope} to miss at most ${percent(maxMissedShare)} of its ${members} listed offers, it missed ${missed} (${percent(share)}).`, {
    hint, details: { scope, members, missed, share, maxMissedShare, syncRecordId: scan.syncRecordId },
  });
}

async function delist(client: pg.ClientBase, schema: string, { scope, delistAfter, scan }: ScanOptions, window: readonly ScanGeneration[]): Promise<number> {
  const oldest = window.at(-1);
  if (window.length < delistAfter || oldest === undefined) return 0;
  const s = quoteName(schema);
  const evidence = { kind: 'scan', scope, misses: window.toReversed().map(({ syncRecordId, observedAt }) => ({ syncRecordId, observedAt: observedAt.toISOString() })) };
  const delistedAt = window[0]?.observedAt ?? scan.observedAt;
  // In the order in which imports lock products.
  await client.query(`select from ${s}.products p join pg_temp.sync1688_missed m using (id) where m.gone order by p.source_id collate "C" for no key update of p`);
  const { rows } = await client.query<{ source_id: string }>(
    `update ${s}.products p set delisted_at = $1, delisted_evidence = $2, updated_at = now() from pg_temp.sync1688_missed m
     where m.gone and p.id = m.id and p.delisted_at is null and ${silentSince('$3')} returning p.source_id`, [delistedAt, JSON.stringify(evidence), oldest.observedAt]);
  if (rows.length === 0) return 0;
  const fields = { delistedAt: { before: null, after: delistedAt.toISOString() }, evidence: { before: null, after: evidence } };
  await client.query('select pg_advisory_xact_lock($1)', [lockKey(schema, 'changes')]);
  await client.query(
    `insert into ${s}.changes (entity, source_id, kind, fields, sync_record_id)
     select 'product', source_id, 'delisted', $2::jsonb, $3 from unnest($1::text[]) as source_id order by source_id collate "C"`,
    [rows.map((row) => row.source_id), JSON.stringify(fields), scan.syncRecordId]);
  return rows.length;
}
