import { lockKey, quoteName, type NewChange } from '@1688/db';
import type pg from 'pg';
import { copyRows } from './copy-rows.ts';

export type ChangeRow = NewChange & Required<Pick<NewChange, 'fields'>>;

/**
 * Appends many entries to the feed. Like the function of the same name in @1688/db it must be the last thing a transaction does,
 * and takes the same lock: nobody else appends until the commit, so that the order of `seq` is the order of commits.
 */
export async function appendChanges(client: pg.ClientBase, schema: string, changes: readonly ChangeRow[], syncRecordId: string): Promise<void> {
  if (changes.length === 0) return;
  await client.query('select pg_advisory_xact_lock($1)', [lockKey(schema, 'changes')]);
  await copyRows(client, `${quoteName(schema)}.changes (entity, source_id, kind, fields, sync_record_id)`,
    changes.map(({ entity, sourceId, kind, fields }) => [entity, sourceId, kind, fields, syncRecordId]));
}
