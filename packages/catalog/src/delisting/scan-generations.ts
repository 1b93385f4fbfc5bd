import { quoteName } from '@1688/db';
import type pg from 'pg';

/** A completed full scan of a scope. */
export interface ScanGeneration {
  readonly syncRecordId: string;
  readonly observedAt: Date;
}

/** Completed full scans of a scope and the one that is judged, the latest seen first; at most `count`. */
export async function scanGenerations(client: pg.ClientBase, schema: string, { scope, current, count }: { readonly scope: string; readonly current: ScanGeneration; readonly count: number }): Promise<ScanGeneration[]> {
  const { rows } = await client.query<{ id: string; observed_at: Date }>(
    `select sync_record_id as id, observed_at from ${quoteName(schema)}.full_scans where scope = $1 and sync_record_id <> $2
     order by observed_at desc, sync_record_id desc limit $3`, [scope, current.syncRecordId, count]);
  const earlier = rows.map(({ id, observed_at: observedAt }) => ({ syncRecordId: id, observedAt }));
  const all = [current, ...earlier].toSorted((a, b) => b.observedAt.getTime() - a.observedAt.getTime() || Number(b.syncRecordId) - Number(a.syncRecordId));
  return all.slice(0, count);
}
