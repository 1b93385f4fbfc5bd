import type { RejectedRecord } from '@1688/core';
import type { Connection } from './connection.ts';
import { storable } from './columns.ts';
import { guarded } from './guarded.ts';
import { rowsOf, SyncRecordRow, SyncRejectRow } from './rows.ts';

/** A record that could not be stored, and why. */
export interface NewSyncReject {
  readonly item: RejectedRecord;
  readonly error: { readonly code: string; readonly message: string };
}

export interface SyncReject {
  readonly id: string;
  readonly syncRecordId: string;
  readonly profile: string | null;
  /** 1-based line of the input, or null. */
  readonly line: number | null;
  /** 1-based number of the record in the input, or null. */
  readonly record: number | null;
  readonly pointer: string | null;
  readonly field: string | null;
  readonly code: string;
  readonly message: string;
  /** As received, but for characters that PostgreSQL cannot hold. */
  readonly document: string;
  readonly replayedAt: Date | null;
  readonly createdAt: Date;
}

export interface ListSyncRejectsOptions {
  readonly syncRecordId?: string;
  /** Only these; none when the list is empty. */
  readonly ids?: readonly string[];
  /** Only rejects for this reason, such as `FIELD_MISSING`. */
  readonly code?: string;
  /** Only rejects of runs of this scope. */
  readonly scope?: string;
  /** true: only replayed ones, false: only those still open. */
  readonly replayed?: boolean;
  /** Only rejects after this id. */
  readonly after?: string;
  readonly limit?: number;
}

const pageSize = 200;

/** Dead letters: records kept whole, to be mended and read again. */
export function syncRejects(db: Connection) {
  return guarded({
    async append(syncRecordId: string, rejects: readonly NewSyncReject[]): Promise<void> {
      for (let start = 0; start < rejects.length; start += 500) {
        const rows = rejects.slice(start, start + 500).map(({ item, error }) => storable({
          sync_record_id: syncRecordId, profile: item.profile, line: item.position.line, record: item.position.record, pointer: item.position.pointer,
          field: item.field, code: error.code, message: error.message, document: item.document,
        }));
        await db.knex.withSchema(db.schema).table('sync_rejects').insert(rows);
      }
    },

    /** In the order in which they came. */
    async *list({ after = '0', limit = Infinity, ...filter }: ListSyncRejectsOptions = {}): AsyncGenerator<SyncReject> {
      for (let last = after, left = limit; left > 0;) {
        const rows = await filtered(db, filter).where('id', '>', last).orderBy('id').limit(Math.min(left, pageSize));
        for (const row of rows) yield toReject(row);
        left -= rows.length;
        last = rows.at(-1)?.id ?? last;
        if (rows.length < pageSize) return;
      }
    },

    async count(filter: Omit<ListSyncRejectsOptions, 'after' | 'limit'> = {}): Promise<number> {
      return filtered(db, filter).resultSize();
    },

    /** Scopes and profiles of the runs that these rejects came from, with how many each has. */
    async groups(filter: Omit<ListSyncRejectsOptions, 'after' | 'limit'> = {}): Promise<{ scope: string; profile: string | null; count: number }[]> {
      const rows = await filtered(db, filter).joinRelated('syncRecord').groupBy('syncRecord.scope', 'sync_rejects.profile')
        .orderBy(['syncRecord.scope', 'sync_rejects.profile']).select('syncRecord.scope', 'sync_rejects.profile', db.knex.raw('count(*) as count')) as unknown as { scope: string; profile: string | null; count: string }[];
      return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }));
    },

    /** They have landed. Those that were marked before keep their time. */
    async markReplayed(ids: readonly string[]): Promise<void> {
      await rowsOf(SyncRejectRow, db).whereRaw('id = any(?)', [[...ids]] as never).whereNull('replayed_at').patch({ replayed_at: db.knex.fn.now() } as object);
    },

    /** It was replayed and failed again: from now on it tells this reason. */
    async failedAgain(id: string, { code, message, field }: { readonly code: string; readonly message: string; readonly field: string | null }): Promise<void> {
      await rowsOf(SyncRejectRow, db).findById(id).patch(storable({ code, message, field }) as object);
    },
  });
}

function filtered(db: Connection, { syncRecordId, ids, code, scope, replayed }: Omit<ListSyncRejectsOptions, 'after' | 'limit'>) {
  const query = rowsOf(SyncRejectRow, db);
  if (syncRecordId !== undefined) query.where('sync_rejects.sync_record_id', syncRecordId);
  if (ids !== undefined) query.whereRaw('sync_rejects.id = any(?)', [[...ids]] as never);
  if (code !== undefined) query.where('sync_rejects.code', code);
  if (scope !== undefined) query.whereIn('sync_rejects.sync_record_id', rowsOf(SyncRecordRow, db).where({ scope }).select('id') as never);
  if (replayed !== undefined) query[replayed ? 'whereNotNull' : 'whereNull']('sync_rejects.replayed_at');
  return query;
}

function toReject(row: SyncRejectRow): SyncReject {
  return {
    id: row.id,
    syncRecordId: row.sync_record_id,
    profile: row.profile,
    line: row.line === null ? null : Number(row.line),
    record: row.record === null ? null : Number(row.record),
    pointer: row.pointer,
    field: row.field,
    code: row.code,
    message: row.message,
    document: row.document,
    replayedAt: row.replayed_at,
    createdAt: row.created_at,
  };
}
