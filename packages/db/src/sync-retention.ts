import { SyncError, throwIfAborted } from '@1688/core';
import type { Connection } from './connection.ts';
import { quoteName } from './quote-name.ts';
import { rowsOf, SyncRejectRow } from './rows.ts';
import { atomically } from './transaction.ts';

export interface CleanUpOptions {
  /** Also delete records with rejects that nobody has replayed, and those rejects. Default false: a dead letter is never lost by age. */
  readonly openRejects?: boolean;
  /** Count what would be deleted, delete nothing. Default false. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

const batchSize = 1_000;

/**
 * Deletes sync records that ended more than `days` ago, in batches. Those that something stands on stay: sightings, documents,
 * superseded values and the change feed name the run that they came from.
 * @returns how many were deleted
 * @throws ARGUMENT_INVALID
 */
export async function cleanUpSyncRecords(db: Connection, days: number, { openRejects = false, dryRun = false, signal }: CleanUpOptions = {}): Promise<number> {
  checkDays(days);
  const s = quoteName(db.schema);
  const open = openRejects ? '' : `and not exists (select from ${s}.sync_rejects r where r.sync_record_id = c.id and r.replayed_at is null)`;
  let deleted = 0;
  for (let after = '0'; ;) {
    throwIfAborted(signal, 'Cleaning up');
    const found = await atomically(db, async (trx) => {
      const { rows } = await trx.knex.raw<{ rows: { last: string | null; ids: string[] | null }[] }>(
        // Documents and superseded values have no index on their run: they are read once for a batch, and only when there is one.
        `with old as materialized (
           select c.id from ${s}.sync_records c
           where c.id > ? and c.status <> 'running' and c.finished_at < now() - make_interval(secs => ?) ${open}
             and not exists (select from ${s}.sightings g where g.sync_record_id = c.id) and not exists (select from ${s}.changes f where f.sync_record_id = c.id)
           order by c.id limit ${batchSize} ${dryRun ? '' : 'for update of c'}),
         used as (select sync_record_id as id from ${s}.payloads where exists (select from old) and sync_record_id in (select id from old)
           union select sync_record_id from ${s}.history_points where exists (select from old) and sync_record_id in (select id from old))
         select max(id) as last, array_agg(id::text) filter (where id not in (select id from used)) as ids from old`,
        [after, Math.round(days * 86_400)]);
      const { last = null, ids } = rows[0] ?? {};
      if (!dryRun && ids) {
        await trx.knex.withSchema(trx.schema).table('sync_rejects').whereRaw('sync_record_id = any(?)', [ids] as never).delete();
        await trx.knex.withSchema(trx.schema).table('sync_records').whereRaw('id = any(?)', [ids] as never).delete();
      }
      return { last, count: ids?.length ?? 0 };
    });
    deleted += found.count;
    if (found.last === null) return deleted;
    after = found.last;
  }
}

/** Deletes rejects that were replayed more than `days` ago, in batches. @returns how many */
export async function cleanUpReplayedRejects(db: Connection, days: number, { dryRun = false, signal }: Pick<CleanUpOptions, 'dryRun' | 'signal'> = {}): Promise<number> {
  checkDays(days);
  const old = () => rowsOf(SyncRejectRow, db).where('replayed_at', '<', db.knex.raw('now() - make_interval(secs => ?)', [Math.round(days * 86_400)]));
  if (dryRun) return old().resultSize();
  for (let deleted = 0; ;) {
    throwIfAborted(signal, 'Cleaning up');
    const ids = (await old().select('id').orderBy('id').limit(batchSize)).map((row) => row.id);
    if (ids.length === 0) return deleted;
    deleted += await rowsOf(SyncRejectRow, db).whereRaw('id = any(?)', [ids] as never).delete();
  }
}

function checkDays(days: number): void {
  if (!(days >= 0) || days > 100_000) throw new SyncError('ARGUMENT_INVALID', `Expected days to be 0 to 100,000, received ${days}.`);
}
