import type { SyncStatus } from '@1688/core';
import type { Knex } from 'knex';
import type { Connection } from './connection.ts';
import type { SyncRecordRow } from './rows.ts';

/** One stretch of work on a run: from its start, or from a resumption, until it ended in whatever way. */
export interface SyncAttempt {
  readonly startedAt: Date;
  /** Null while it runs. */
  readonly endedAt: Date | null;
  readonly status: SyncStatus;
  /** Records that earlier attempts had read. */
  readonly readBefore: number;
  /** Records that the run had read when the attempt ended, or at its last sign of life. */
  readonly read: number;
  /** Most resident memory that its process had at a sign of life, or null where nobody measured. */
  readonly peakMemoryBytes: number | null;
}

interface KeptAttempt extends Omit<SyncAttempt, 'startedAt' | 'endedAt'> {
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** The log stands in `options` under this key; of a run that was resumed more often the last ones are kept. */
const key = 'attempts';
const mostAttempts = 20;

const fresh = `jsonb_build_object('startedAt', now(), 'endedAt', null, 'status', 'running', 'readBefore', :read, 'read', :read, 'peakMemoryBytes', null)`;

/** `options` of a new record: what it was asked for, and its first attempt. */
export function firstAttempt(db: Connection, options: Readonly<Record<string, unknown>> | null): Knex.Raw {
  return db.knex.raw(`?::jsonb || jsonb_build_object('${key}', jsonb_build_array(${fresh.replaceAll(':read', '0')}))`, [JSON.stringify(options ?? {})]);
}

/** `options` of a record that is gone on with. */
export function nextAttempt(db: Connection): Knex.Raw {
  return db.knex.raw(`jsonb_set(coalesce(options, '{}'), '{${key}}',
    jsonb_path_query_array(coalesce(options->'${key}', '[]'), '$[last - ${mostAttempts - 2} to last]') || ${fresh.replaceAll(':read', 'read_count')})`);
}

/** `options` after a sign of life of the attempt that runs. */
export function goingAttempt(db: Connection, { read, memoryBytes }: { readonly read: number | undefined; readonly memoryBytes: number | null }): Knex.Raw {
  return patched(db, `'read', coalesce(?::bigint, read_count), 'peakMemoryBytes', greatest((options #>> '{${key},-1,peakMemoryBytes}')::bigint, ?::bigint)`, [read ?? null, memoryBytes]);
}

/** `options` once the attempt that runs has ended. */
export function endedAttempt(db: Connection, status: SyncStatus, read?: number): Knex.Raw {
  return patched(db, `'status', ?::text, 'endedAt', now(), 'read', coalesce(?::bigint, read_count)`, [status, read ?? null]);
}

function patched(db: Connection, values: string, bindings: readonly unknown[]): Knex.Raw {
  return db.knex.raw(
    `case when options #> '{${key},-1}' is null then options
     else jsonb_set(options, '{${key},-1}', (options #> '{${key},-1}') || jsonb_build_object(${values})) end`, bindings as Knex.RawBinding[]);
}

/** The two things that `options` holds. An attempt whose process died has ended when the record did. */
export function optionsOfRow(row: Pick<SyncRecordRow, 'options' | 'status' | 'finished_at'>): { options: Readonly<Record<string, unknown>> | null; attemptLog: readonly SyncAttempt[] } {
  const { [key]: kept = [], ...options } = row.options ?? {};
  const over = row.status !== 'running';
  const attemptLog = (kept as readonly KeptAttempt[]).map((each): SyncAttempt => {
    const open = each.status === 'running' && over;
    return {
      ...each,
      startedAt: new Date(each.startedAt),
      endedAt: each.endedAt === null ? (open ? row.finished_at : null) : new Date(each.endedAt),
      status: open ? row.status : each.status,
    };
  });
  return { options: Object.keys(options).length > 0 ? options : null, attemptLog };
}
