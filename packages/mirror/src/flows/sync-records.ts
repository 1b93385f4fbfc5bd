import { SyncError, type SyncKind, type SyncStatus } from '@1688/core';
import { changesSince } from '@1688/catalog';
import { changes, deadRuns, syncFigures, syncRecords, type StoredSyncRecord, type SyncFigures } from '@1688/db';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import type { ListPage } from './products.ts';

/** A run with what follows from its counts. A run whose process died shows as `interrupted`, though nobody has marked it yet. */
export interface SyncRun extends StoredSyncRecord, SyncFigures {
  /** It runs, but has given no sign of life for a minute: its process hangs, or waits for its input. */
  readonly silent: boolean;
}

export interface ListRunsOptions {
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly kind?: SyncKind | undefined;
  readonly scope?: string | undefined;
  readonly status?: SyncStatus | undefined;
  /** Only runs that need somebody: silent ones, and interrupted or failed ones after which their scope had no other run. */
  readonly stuck?: boolean;
}

const silentMs = 60_000;
const batchSize = 100;

/** Runs, the newest first. @throws ARGUMENT_INVALID for a cursor of another list */
export async function listSyncRecords(mirror: Mirror, options: ListRunsOptions = {}): Promise<ListPage<SyncRun>> {
  const { limit = 20, cursor, kind, scope, status, stuck = false } = options;
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) throw new SyncError('ARGUMENT_INVALID', `Expected a cursor from the page before, received ${JSON.stringify(cursor)}.`, { hint: 'Leave it out to start at the first page.' });
  const statuses: readonly SyncStatus[] | undefined = stuck ? ['running', 'interrupted', 'failed'] : status === 'interrupted' ? ['running', 'interrupted'] : status && [status];
  const items: SyncRun[] = [];
  for (let before = cursor; ;) {
    const records: StoredSyncRecord[] = [];
    for await (const record of syncRecords(mirror.db).list({ ...defined({ kind, scope, status: statuses, before }), limit: batchSize })) records.push(record);
    for (const run of await toRuns(mirror, records)) {
      if (status !== undefined && run.status !== status) continue;
      if (stuck && !(await needsSomebody(mirror, run))) continue;
      if (items.length === limit) return { items, nextCursor: items.at(-1)?.id ?? null };
      items.push(run);
    }
    if (records.length < batchSize) return { items, nextCursor: null };
    before = records.at(-1)?.id;
  }
}

/** One run; of one that works, how long it will take if it reads as much as the last complete run of the same input. @throws NOT_FOUND */
export async function getSyncRecord(mirror: Mirror, id: string): Promise<SyncRun> {
  const record = await syncRecords(mirror.db).find(id);
  if (!record) throw unknownRun(id);
  const [run] = await toRuns(mirror, [record], record.status === 'running' ? await lastComplete(mirror, record) : null);
  return run as SyncRun;
}

/**
 * Asks a run to end. Its process notices with its next batch or sign of life, within 15 seconds: the batch at work is rolled back,
 * those before it stay, and the run can be resumed.
 * @throws NOT_FOUND; SYNC_STATE when it has ended already
 */
export async function cancelSync(mirror: Mirror, id: string): Promise<SyncRun> {
  if (!/^\d{1,18}$/.test(id)) throw unknownRun(id);
  const record = await syncRecords(mirror.db).cancel(id);
  mirror.log.info({ syncRecordId: id }, 'run cancelled');
  const [run] = await toRuns(mirror, [record]);
  return run as SyncRun;
}

async function toRuns({ db }: Mirror, records: readonly StoredSyncRecord[], expected: number | null = null): Promise<SyncRun[]> {
  const dead = await deadRuns(db, records, { silentMs });
  return records.map((record) => {
    const shown = dead.has(record.id) ? { ...record, status: 'interrupted' as const } : record;
    return { ...shown, ...syncFigures(shown, expected), silent: shown.status === 'running' && Date.now() - shown.heartbeatAt.getTime() > silentMs };
  });
}

async function needsSomebody({ db }: Mirror, run: SyncRun): Promise<boolean> {
  if (run.status === 'running') return run.silent;
  for await (const newest of syncRecords(db).list({ kind: run.kind, scope: run.scope, limit: 1 })) return newest.id === run.id;
  return false;
}

async function lastComplete({ db }: Mirror, { kind, scope, input, id }: StoredSyncRecord): Promise<number | null> {
  for await (const record of syncRecords(db).list({ kind, scope, status: ['completed', 'partial'], before: id, limit: 20 })) {
    if (record.input === input) return record.read;
  }
  return null;
}

function unknownRun(id: string): SyncError {
  return new SyncError('NOT_FOUND', `Expected a run with the id ${JSON.stringify(id)}, found none.`, { hint: 'List them with "1688sync sync list".' });
}

export interface ChangePage {
  readonly items: readonly { readonly seq: string; readonly entity: string; readonly sourceId: string; readonly kind: string; readonly fields: unknown; readonly syncRecordId: string | null; readonly changedAt: Date }[];
  /** Give it as `since` to go on; the same as before when nothing is new. */
  readonly nextSince: string;
}

/** The newest entries of the change feed first, a page at a time: to look at, not to follow. */
export async function newestChanges({ db }: Pick<Mirror, 'db'>, options: { readonly limit?: number; readonly cursor?: string | undefined } = {}): Promise<ListPage<ChangePage['items'][number]>> {
  const { limit = 50, cursor } = options;
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) throw new SyncError('ARGUMENT_INVALID', `Expected a cursor from the page before, received ${JSON.stringify(cursor)}.`, { hint: 'Leave it out to start at the newest.' });
  const found = (await changes(db).newest({ limit: limit + 1, before: cursor === undefined ? undefined : BigInt(cursor) })).map(({ seq, ...change }) => ({ seq: seq.toString(), ...change }));
  const items = found.slice(0, limit);
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.seq ?? null) : null };
}

/** The change feed after a sequence number, in order of commit. */
export async function listChanges(mirror: Mirror, options: { readonly since: bigint; readonly limit?: number; readonly signal?: AbortSignal }): Promise<ChangePage> {
  const { since, limit = 100, signal } = options;
  const items: ChangePage['items'][number][] = [];
  for await (const { seq, ...change } of changesSince(mirror.db, since, { limit, ...(signal ? { signal } : {}) })) items.push({ seq: seq.toString(), ...change });
  return { items, nextSince: items.at(-1)?.seq ?? since.toString() };
}
