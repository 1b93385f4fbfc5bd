import { decodeIds } from '@1688/catalog';
import { quoteName, transaction, type Database, type Transaction } from '@1688/db';

/** A run that is proof: it read all there was. A full scan with rejects, or any run that was cut, is none. */
const whole = (run: string): string => `(${run}.status = 'completed' or ${run}.status = 'partial' and not ${run}.full_scan)`;
const mostDays = 30;

/**
 * Lets go of alerts that were held. A change goes out when its own run has ended whole, resumed or not. Where that run failed, it goes out
 * once a later whole run of the scope has seen the offer and nothing had moved it meanwhile: a failed scan itself tells nobody anything,
 * and what it really found is not lost. What a later run contradicts is dropped, and so is after a month what nothing confirms.
 */
export async function releaseAlerts(db: Database, watchId: string): Promise<void> {
  await transaction(db, async (trx) => {
    const s = quoteName(trx.schema);
    await trx.knex.raw(
      `update ${s}.watch_alerts a set state = 'queued', queued_at = now() from ${s}.sync_records r
       where a.watch_id = ? and a.state = 'held' and r.id = a.sync_record_id and ${whole('r')}`, [watchId]);
    const { rows: failed } = await trx.knex.raw<{ rows: { run: string }[] }>(
      `select distinct a.sync_record_id as run from ${s}.watch_alerts a join ${s}.sync_records r on r.id = a.sync_record_id
       where a.watch_id = ? and a.state = 'held' and r.status <> 'running' and not ${whole('r')}`, [watchId]);
    for (const { run } of failed) await confirm(trx, watchId, run);
    await trx.knex.raw(`update ${s}.watch_alerts set state = 'dropped' where watch_id = ? and state = 'held' and created_at < now() - make_interval(days => ?)`, [watchId, mostDays]);
  });
}

/** Asks each whole run of the scope that ended since the last look, the oldest first, whether it saw the offers, and saw them so. */
async function confirm(trx: Transaction, watchId: string, run: string): Promise<void> {
  const s = quoteName(trx.schema);
  const { rows: later } = await trx.knex.raw<{ rows: { id: string; finished_at: Date }[] }>(
    `select r.id, r.finished_at from ${s}.sync_records r join ${s}.sync_records own on own.id = ? and own.kind = r.kind and own.scope = r.scope
     where r.id > own.id and ${whole('r')} and r.finished_at > coalesce((select min(coalesce(checked_at, '-infinity')) from ${s}.watch_alerts where watch_id = ? and sync_record_id = own.id and state = 'held'), '-infinity') - interval '10 minutes'
     order by r.id`, [run, watchId]);
  for (const { id, finished_at: finishedAt } of later) {
    const { rows: seen } = await trx.knex.raw<{ rows: { product_ids: Buffer }[] }>(`select product_ids from ${s}.sightings where sync_record_id = ?`, [id]);
    const ids = [...new Set(seen.flatMap(({ product_ids: bytes }) => decodeIds(bytes)))];
    // A delisting is the absence of an offer: no sighting confirms it, and a whole scan that agrees writes its own entry.
    await trx.knex.raw(
      `update ${s}.watch_alerts a set queued_at = now(), state =
         case when exists (select 1 from ${s}.changes c where c.source_id = a.offer_id and c.entity = 'product' and c.seq > a.seq and c.changed_at <= ?) then 'dropped' else 'queued' end
       from ${s}.products p where a.watch_id = ? and a.state = 'held' and a.sync_record_id = ? and p.source_id = a.offer_id and p.id = any(?::bigint[])
         and not exists (select 1 from jsonb_array_elements(a.alert -> 'reasons') reason where reason ->> 'kind' = 'delisted')`, [finishedAt, watchId, run, ids]);
    await trx.knex.raw(`update ${s}.watch_alerts set checked_at = greatest(checked_at, ?) where watch_id = ? and sync_record_id = ? and state = 'held'`, [finishedAt, watchId, run]);
  }
}
