import { SyncError, type SyncCounts, type SyncKind, type SyncRecord, type SyncStatus } from '@1688/core';
import type { Connection } from './connection.ts';
import { guarded } from './guarded.ts';
import { rowsOf, SyncRecordRow } from './rows.ts';
import { endedAttempt, firstAttempt, goingAttempt, nextAttempt, optionsOfRow, type SyncAttempt } from './sync-attempts.ts';
import { cleanUpSyncRecords, type CleanUpOptions } from './sync-retention.ts';

export interface StoredSyncRecord extends SyncRecord {
  /** True when the run reads everything of its scope, so that what it misses may be delisted. */
  readonly fullScan: boolean;
  readonly options: Readonly<Record<string, unknown>> | null;
  /** 1, and one more for each time the run was resumed. */
  readonly attempts: number;
  /** The last 20 attempts, the oldest first; none for records that are older than the log. */
  readonly attemptLog: readonly SyncAttempt[];
}

export interface SyncRecordsOptions {
  /** Resident memory of this process, measured with each sign of life; null measures nothing. Default: what Node says. */
  readonly memoryBytes?: (() => number) | null;
}

export interface NewSyncRecord {
  readonly kind: SyncKind;
  readonly scope?: string;
  readonly fullScan?: boolean;
  readonly profile?: string | null;
  /** What is read, without secrets. */
  readonly input?: string | null;
  readonly options?: Readonly<Record<string, unknown>> | null;
  readonly observedAt?: Date | null;
}

export interface SyncProgress {
  /** How far the run is altogether, not since the last call; a count that is left out stays. */
  readonly counts?: Partial<SyncCounts>;
  readonly checkpoint?: Readonly<Record<string, unknown>> | null;
  readonly profile?: string;
  readonly observedAt?: Date;
}

export interface ListSyncRecordsOptions {
  readonly kind?: SyncKind;
  readonly scope?: string;
  readonly status?: SyncStatus | readonly SyncStatus[];
  readonly startedSince?: Date;
  /** Only records older than the one with this id. */
  readonly before?: string;
  readonly limit?: number;
}

const countColumns = {
  read: 'read_count', created: 'created_count', updated: 'updated_count', unchanged: 'unchanged_count', rejected: 'rejected_count', duplicates: 'duplicate_count',
} as const satisfies Record<keyof SyncCounts, string>;

const pageSize = 200;
const mostErrors = 100;

/** Sync records (同步记录): the life of imports, picture pulls and other long runs. A run that must be alone first takes `claimScope`. */
export function syncRecords(db: Connection, { memoryBytes = () => process.memoryUsage.rss() }: SyncRecordsOptions = {}) {
  const going = ({ counts }: SyncProgress): object => ({ options: goingAttempt(db, { read: counts?.read, memoryBytes: memoryBytes?.() ?? null }) });
  return guarded({
    async find(id: string): Promise<StoredSyncRecord | null> {
      if (!/^\d{1,19}$/.test(id)) return null;
      const row = await rowsOf(SyncRecordRow, db).findById(id);
      return row ? toSyncRecord(row) : null;
    },

    /** The newest first. */
    async *list({ before, limit = Infinity, ...filter }: ListSyncRecordsOptions = {}): AsyncGenerator<StoredSyncRecord> {
      for (let last = before, left = limit; left > 0;) {
        const query = filtered(db, filter).orderBy('id', 'desc').limit(Math.min(left, pageSize));
        if (last !== undefined) query.where('id', '<', last);
        const rows = await query;
        for (const row of rows) yield toSyncRecord(row);
        left -= rows.length;
        last = rows.at(-1)?.id;
        if (rows.length < pageSize) return;
      }
    },

    async start({ kind, scope = 'default', fullScan = false, profile = null, input = null, options = null, observedAt = null }: NewSyncRecord): Promise<StoredSyncRecord> {
      const values = { kind, scope, full_scan: fullScan, profile, input, options: firstAttempt(db, options), observed_at: observedAt };
      const [row] = (await db.knex.withSchema(db.schema).table('sync_records').insert(values).returning('*')) as SyncRecordRow[];
      return toSyncRecord(row as SyncRecordRow);
    },

    /** Goes on with a run that did not end well. @throws SYNC_STATE when it is running or complete, NOT_FOUND */
    async resume(id: string): Promise<StoredSyncRecord> {
      const values = { status: 'running', attempts: db.knex.raw('attempts + 1'), options: nextAttempt(db), heartbeat_at: db.knex.fn.now(), finished_at: null };
      return updated(db, id, ['interrupted', 'failed', 'cancelled', 'partial'], values);
    },

    /**
     * Tells how far a run is; also its sign of life. In the transaction of a batch, so that counts, checkpoint and rows are one.
     * @throws SYNC_STATE when somebody ended the run: its owner must stop, and what this transaction wrote is rolled back
     */
    async progress(id: string, progress: SyncProgress = {}): Promise<StoredSyncRecord> {
      return updated(db, id, ['running'], { ...progressColumns(progress), ...going(progress), heartbeat_at: db.knex.fn.now() });
    },

    /** The run has ended; `partial` when some records were rejected. @throws SYNC_STATE, NOT_FOUND */
    async complete(id: string, { status = 'completed', ...progress }: SyncProgress & { status?: 'completed' | 'partial' } = {}): Promise<StoredSyncRecord> {
      return updated(db, id, ['running'], { ...progressColumns(progress), ...ended(db, status, progress.counts?.read), heartbeat_at: db.knex.fn.now() });
    },

    /** The run has failed by this error; it can be resumed. @throws SYNC_STATE, NOT_FOUND */
    async fail(id: string, error: { code: string; message: string }): Promise<StoredSyncRecord> {
      return updated(db, id, ['running'], { ...ended(db, 'failed'), errors: appended(db, error) });
    },

    /** Its owner notices with its next sign of life. @throws SYNC_STATE when it has ended already, NOT_FOUND */
    async cancel(id: string): Promise<StoredSyncRecord> {
      return updated(db, id, ['running', 'interrupted'], ended(db, 'cancelled'));
    },

    /** Keeps the first 100. @throws NOT_FOUND */
    async addError(id: string, error: { code: string; message: string }): Promise<void> {
      await updated(db, id, null, { errors: appended(db, error) });
    },

    /** Runs whose last sign of life is older than this. */
    async *listSilent(forMs = 60_000): AsyncGenerator<StoredSyncRecord> {
      const limit = db.knex.raw('now() - make_interval(secs => ?)', [forMs / 1_000]);
      for (const row of await rowsOf(SyncRecordRow, db).where('status', 'running').where('heartbeat_at', '<', limit).orderBy('id')) yield toSyncRecord(row);
    },

    /** See `cleanUpSyncRecords`. */
    async cleanUp(days: number, options: CleanUpOptions = {}): Promise<number> {
      return cleanUpSyncRecords(db, days, options);
    },
  });
}

/** For who has proof that no process works on them any more. */
export async function interruptRuns(db: Connection, kind: SyncKind, scope: string): Promise<number> {
  return db.knex.withSchema(db.schema).table('sync_records').where({ kind, scope, status: 'running' }).update(ended(db, 'interrupted'));
}

/** What is written with the end of an attempt, which is the end of the run until somebody resumes it. */
export function ended(db: Connection, status: SyncStatus, read?: number): Readonly<Record<string, unknown>> {
  return { status, options: endedAttempt(db, status, read), finished_at: db.knex.fn.now() };
}

async function updated(db: Connection, id: string, from: readonly SyncStatus[] | null, values: object): Promise<StoredSyncRecord> {
  const query = db.knex.withSchema(db.schema).table('sync_records').where({ id }).update(values).returning('*');
  const [row] = (await (from === null ? query : query.whereIn('status', from))) as SyncRecordRow[];
  if (row) return toSyncRecord(row);
  const found = await rowsOf(SyncRecordRow, db).findById(id).select('status');
  if (!found) throw new SyncError('NOT_FOUND', `Expected a sync record with the id ${id}, found none.`);
  throw new SyncError('SYNC_STATE', `Expected sync record ${id} to be ${from?.join(' or ')}, but it is ${found.status}.`, {
    hint: hints[found.status],
    details: { status: found.status },
  });
}

const hints: Readonly<Record<SyncStatus, string>> = {
  running: 'Wait until it ends, or cancel it.',
  completed: 'It has done its work; start a new run.',
  partial: 'It has done its work; mend and replay what it rejected, or start a new run.',
  failed: 'Start a new run, or resume this one.',
  cancelled: 'What it committed is kept; start a new run, or resume this one.',
  interrupted: 'Start a new run, or resume this one.',
};

function progressColumns({ counts = {}, checkpoint, profile, observedAt }: SyncProgress): Record<string, unknown> {
  const numbers = Object.entries(counts).map(([name, value]) => [countColumns[name as keyof SyncCounts], value]);
  return {
    ...Object.fromEntries(numbers),
    ...(checkpoint === undefined ? {} : { checkpoint: checkpoint && JSON.stringify(checkpoint) }),
    ...(profile === undefined ? {} : { profile }),
    ...(observedAt === undefined ? {} : { observed_at: observedAt }),
  };
}

function appended(db: Connection, { code, message }: { code: string; message: string }) {
  const entry = JSON.stringify({ code, message: message.slice(0, 2_000).toWellFormed().replaceAll('\0', '') });
  return db.knex.raw('case when jsonb_array_length(errors) < ? then errors || ?::jsonb else errors end', [mostErrors, entry]);
}

function filtered(db: Connection, { kind, scope, status, startedSince }: ListSyncRecordsOptions) {
  const query = rowsOf(SyncRecordRow, db);
  if (kind !== undefined) query.where('kind', kind);
  if (scope !== undefined) query.where('scope', scope);
  if (status !== undefined) query.whereIn('status', [status].flat());
  if (startedSince !== undefined) query.where('started_at', '>=', startedSince);
  return query;
}

function toSyncRecord(row: SyncRecordRow): StoredSyncRecord {
  return {
    id: row.id,
    kind: row.kind,
    scope: row.scope,
    status: row.status,
    fullScan: row.full_scan,
    profile: row.profile,
    input: row.input,
    ...optionsOfRow(row),
    attempts: row.attempts,
    read: Number(row.read_count),
    created: Number(row.created_count),
    updated: Number(row.updated_count),
    unchanged: Number(row.unchanged_count),
    rejected: Number(row.rejected_count),
    duplicates: Number(row.duplicate_count),
    checkpoint: row.checkpoint,
    errors: row.errors,
    observedAt: row.observed_at,
    startedAt: row.started_at,
    heartbeatAt: row.heartbeat_at,
    finishedAt: row.finished_at,
  };
}
