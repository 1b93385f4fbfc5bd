import type { Change } from '@1688/core';
import type { Connection, Transaction } from './connection.ts';
import { guarded } from './guarded.ts';
import { lockKey } from './lock-key.ts';
import { quoteName } from './quote-name.ts';
import { ChangeRow, rowsOf } from './rows.ts';
import { atomically } from './transaction.ts';

/** What is known of a change before it has a place in the feed. */
export type NewChange = Pick<Change, 'entity' | 'sourceId' | 'kind'> & Partial<Pick<Change, 'fields' | 'syncRecordId'>>;

export interface ListChangesOptions {
  /** Only entries after this one. Default 0n: from the start. */
  readonly since?: bigint;
  /** Most entries; default all that are there. */
  readonly limit?: number;
  readonly sourceId?: string;
  readonly syncRecordId?: string;
}

const pageSize = 1_000;

/** The change feed of one schema. */
export function changes(db: Connection) {
  return guarded({
    /** Entries in the order in which they were committed; ends at the newest. */
    async *list({ since = 0n, limit = Infinity, sourceId, syncRecordId }: ListChangesOptions = {}): AsyncGenerator<Change> {
      let after = since;
      let left = limit;
      while (left > 0) {
        const query = rowsOf(ChangeRow, db).where('seq', '>', after.toString()).orderBy('seq').limit(Math.min(left, pageSize));
        if (sourceId !== undefined) query.where('source_id', sourceId);
        if (syncRecordId !== undefined) query.where('sync_record_id', syncRecordId);
        const rows = await query;
        for (const row of rows) yield toChange(row);
        left -= rows.length;
        if (rows.length < pageSize) return;
        after = BigInt(rows.at(-1)?.seq ?? after);
      }
    },

    /** See `appendChanges`; outside a transaction it makes one. */
    async append(entries: readonly NewChange[]): Promise<void> {
      await atomically(db, (trx) => appendChanges(trx, entries));
    },

    /** The newest entries first. @param options `before`: only entries before this one */
    async newest({ before, limit = 50 }: { readonly before?: bigint | undefined; readonly limit?: number } = {}): Promise<Change[]> {
      const query = rowsOf(ChangeRow, db).orderBy('seq', 'desc').limit(limit);
      if (before !== undefined) query.where('seq', '<', before.toString());
      return (await query).map(toChange);
    },

    /** The newest `seq`, or 0n: from here on only what comes later is listed. */
    async latest(): Promise<bigint> {
      const row = await rowsOf(ChangeRow, db).select('seq').orderBy('seq', 'desc').first();
      return BigInt(row?.seq ?? 0);
    },
  });
}

/**
 * Writes entries to the feed. To be the last thing a transaction does: from here to its end nobody else can write to the feed,
 * so that a higher `seq` always means committed later, and a reader who has seen `seq` never misses a smaller one.
 */
export async function appendChanges(trx: Transaction, entries: readonly NewChange[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ entity, sourceId, kind, fields = {}, syncRecordId = null }) =>
    ({ entity, source_id: sourceId, kind, fields, sync_record_id: syncRecordId }));
  await trx.knex.raw('select pg_advisory_xact_lock(?)', [lockKey(trx.schema, 'changes')]);
  await trx.knex.raw(
    `insert into ${quoteName(trx.schema)}.changes (entity, source_id, kind, fields, sync_record_id)
     select entity, source_id, kind, fields, sync_record_id
     from jsonb_to_recordset(?::jsonb) as entry (entity text, source_id text, kind text, fields jsonb, sync_record_id bigint)`,
    [JSON.stringify(rows)],
  );
}

function toChange(row: ChangeRow): Change {
  return {
    seq: BigInt(row.seq),
    entity: row.entity,
    sourceId: row.source_id,
    kind: row.kind,
    fields: row.fields,
    syncRecordId: row.sync_record_id,
    changedAt: row.changed_at,
  };
}
