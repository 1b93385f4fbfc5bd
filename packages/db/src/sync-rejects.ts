import type { RejectedRecord } from '@1688/core';
import type { Connection } from './connection.ts';
import { storable } from './columns.ts';
import { guarded } from './guarded.ts';
import { rowsOf, SyncRejectRow } from './rows.ts';

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

    async *list({ after = '0', limit = Infinity, syncRecordId, replayed }: ListSyncRejectsOptions = {}): AsyncGenerator<SyncReject> {
      for (let last = after, left = limit; left > 0;) {
        const query = rowsOf(SyncRejectRow, db).where('id', '>', last).orderBy('id').limit(Math.min(left, pageSize));
        if (syncRecordId !== undefined) query.where('sync_record_id', syncRecordId);
        if (replayed !== undefined) query[replayed ? 'whereNotNull' : 'whereNull']('replayed_at');
        const rows = await query;
        for (const row of rows) yield toReject(row);
        left -= rows.length;
        last = rows.at(-1)?.id ?? last;
        if (rows.length < pageSize) return;
      }
    },

    async count({ syncRecordId, replayed }: Pick<ListSyncRejectsOptions, 'syncRecordId' | 'replayed'> = {}): Promise<number> {
      const query = rowsOf(SyncRejectRow, db);
      if (syncRecordId !== undefined) query.where('sync_record_id', syncRecordId);
      if (replayed !== undefined) query[replayed ? 'whereNotNull' : 'whereNull']('replayed_at');
      return query.resultSize();
    },

    async markReplayed(ids: readonly string[]): Promise<void> {
      await rowsOf(SyncRejectRow, db).whereRaw('id = any(?)', [[...ids]] as never).patch({ replayed_at: db.knex.fn.now() } as object);
    },
  });
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
