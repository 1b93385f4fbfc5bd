import { SyncError, type SyncRecord } from '@1688/core';
import { changesSince } from '@1688/catalog';
import { syncRecords, syncRejects, type SyncReject } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';

/** Runs, newest first. */
export async function listSyncRecords(mirror: Mirror, { limit = 20 }: { readonly limit?: number } = {}): Promise<readonly SyncRecord[]> {
  const records: SyncRecord[] = [];
  for await (const record of syncRecords(mirror.db).list({ limit })) records.push(record);
  return records;
}

/** @throws NOT_FOUND */
export async function getSyncRecord(mirror: Mirror, id: string): Promise<SyncRecord> {
  const record = /^\d{1,18}$/.test(id) ? await syncRecords(mirror.db).find(id) : null;
  if (record) return record;
  throw new SyncError('NOT_FOUND', `Expected a run with the id ${JSON.stringify(id)}, found none.`, { hint: 'List them with "1688sync sync list".' });
}

/** Records that could not be imported, in the order in which they came, kept whole. */
export async function listRejects(mirror: Mirror, options: { readonly syncRecordId?: string | undefined; readonly limit?: number } = {}): Promise<readonly SyncReject[]> {
  const { limit = 50, syncRecordId } = options;
  const rejects: SyncReject[] = [];
  for await (const reject of syncRejects(mirror.db).list({ limit, ...(syncRecordId === undefined ? {} : { syncRecordId }) })) rejects.push(reject);
  return rejects;
}

export interface ChangePage {
  readonly items: readonly { readonly seq: string; readonly entity: string; readonly sourceId: string; readonly kind: string; readonly fields: unknown; readonly syncRecordId: string | null; readonly changedAt: Date }[];
  /** Give it as `since` to go on; the same as before when nothing is new. */
  readonly nextSince: string;
}

/** The change feed after a sequence number, in order of commit. */
export async function listChanges(mirror: Mirror, options: { readonly since: bigint; readonly limit?: number; readonly signal?: AbortSignal }): Promise<ChangePage> {
  const { since, limit = 100, signal } = options;
  const items: ChangePage['items'][number][] = [];
  for await (const { seq, ...change } of changesSince(mirror.db, since, { limit, ...(signal ? { signal } : {}) })) items.push({ seq: seq.toString(), ...change });
  return { items, nextSince: items.at(-1)?.seq ?? since.toString() };
}
