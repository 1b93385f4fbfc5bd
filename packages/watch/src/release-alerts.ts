import { decodeIds } from '@1688/catalog';
import { quoteName, transaction, type Database, type Transaction } from '@1688/db';

/** A run that is proof: it read all there was. A full scan with rejects, or any run that was cut, is none. */
const whole = (run: string): string => `(${run}.status = 'completed' or ${run}.status = 'partial' and not ${run}.full_scan)`;
const mostDays = 30;

/**
 * Lets go of alerts that were held. A change goes out when its own run has ended whole, resumed or not. Where that run failed, it goes out
 * once a later whole run of the scope has seen the offer and nothing has moved it since: a failed scan itself tells nobody anything,
 * and what it really found is not lost. What nothing confirms is dropped after a month, or when a later change overtakes it.
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

async function confirm(trx: Transaction, watchId: string, run: string): Promise<void> {
  const s = quoteName(trx.schema);
  const { rows: seen } = await trx.knex.raw<{ rows: { product_ids: Buffer }[] }>(
    `select g.product_ids from ${s}.sightings g join ${s}.sync_records r on r.id = g.sync_record_id
     where r.kind = 'import' and r.id > ? and ${whole('r')} and r.scope = (select scope from ${s}.sync_records where id = ?)`, [run, run]);
  if (seen.length === 0) return;
  const ids = [...new Set(seen.flatMap(({ product_ids: bytes }) => decodeIds(bytes)))];
  // A delisting is the absence of an offer: no sighting confirms it, and a whole scan that agrees writes its own entry.
  await trx.knex.raw(
    `update ${s}.watch_alerts a set state = case when exists (select 1 from ${s}.changes c where c.source_id = a.offer_id and c.entity = 'product' and c.seq > a.seq) then 'dropped' else 'queued' end, queued_at = now()
     from ${s}.products p where a.watch_id = ? and a.state = 'held' and a.sync_record_id = ? and p.source_id = a.offer_id and p.id = any(?::bigint[])
       and not exists (select 1 from jsonb_array_elements(a.alert -> 'reasons') reason where reason ->> 'kind' = 'delisted')`, [watchId, run, ids]);
}
