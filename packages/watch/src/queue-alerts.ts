import { sameText } from '@1688/catalog';
import { isSyncError, moneyUnits, type Change } from '@1688/core';
import { changes, quoteName, transaction, type Database, type Transaction } from '@1688/db';
import type { Alert, Reason } from './alert.ts';
import { fallenPrice, reasonsFor, type OfferFacts } from './matched-change.ts';
import type { Watch } from './watch.ts';

const pageSize = 500;

/**
 * Looks at the next entries of the feed and queues alerts; the cursor moves in the same transaction. What an import wrote is held until
 * its run has ended whole. Another process that looks for the same watch is left to it.
 * @returns how many entries were looked at, 0 when there is nothing new, and how many alerts they made
 */
export async function queueAlerts(db: Database, watch: Watch): Promise<{ looked: number; made: number }> {
  return transaction(db, async (trx) => {
    const s = quoteName(trx.schema);
    const { rows: [cursor] } = await trx.knex.raw<{ rows: { seq: string }[] }>(`select seq from ${s}.watches where id = ? for update skip locked`, [watch.id]);
    if (!cursor) return { looked: 0, made: 0 };
    const page: Change[] = [];
    for await (const change of changes(trx).list({ since: BigInt(cursor.seq), limit: pageSize })) page.push(change);
    const last = page.at(-1);
    if (!last) return { looked: 0, made: 0 };
    const found = await alertsOf(trx, watch, page);
    await trx.knex.raw(
      `insert into ${s}.watch_alerts (id, watch_id, seq, offer_id, sync_record_id, state, alert, queued_at)
       select alert ->> 'id', alert ->> 'watchId', (alert ->> 'seq')::bigint, alert ->> 'offerId', run, case when run is null then 'queued' else 'held' end, alert, case when run is null then now() end
       from jsonb_to_recordset(?::jsonb) as entry (alert jsonb, run bigint) on conflict (id) do nothing`, [JSON.stringify(found)]);
    await trx.knex.raw(`update ${s}.watches set seq = ? where id = ?`, [last.seq.toString(), watch.id]);
    return { looked: page.length, made: found.length };
  });
}

async function alertsOf(trx: Transaction, watch: Watch, page: readonly Change[]): Promise<{ alert: Alert; run: string | null }[]> {
  const facts = await factsOf(trx, [...new Set(page.filter(({ entity }) => entity === 'product').map(({ sourceId }) => sourceId))]);
  const found: { alert: Alert; run: string | null }[] = [];
  for (const change of page) {
    const about = facts.get(change.sourceId) ?? null;
    const reasons = [...reasonsFor(watch.filter, change, about), ...(await cheaperElsewhere(trx, watch, change))];
    if (reasons.length === 0) continue;
    found.push({
      run: change.syncRecordId,
      alert: {
        id: `${watch.id}:${change.seq}`, watchId: watch.id, seq: change.seq.toString(), offerId: change.sourceId, title: about?.title ?? change.sourceId,
        url: `https://detail.1688.com/offer/${encodeURIComponent(change.sourceId)}.html`, reasons,
      },
    });
  }
  return found;
}

async function factsOf(trx: Transaction, offerIds: string[]): Promise<Map<string, OfferFacts>> {
  const s = quoteName(trx.schema);
  const { rows } = await trx.knex.raw<{ rows: { offer: string; title: string; category: string | null; supplier: string | null }[] }>(
    `select p.source_id as offer, p.title, p.category_id as category, u.source_id as supplier
     from ${s}.products p left join ${s}.suppliers u on u.id = p.supplier_id where p.source_id = any(?)`, [offerIds]);
  return new Map(rows.map(({ offer, title, category, supplier }) => [offer, { title, categoryId: category, supplierId: supplier }]));
}

/** An offer whose price fell below that of a watched one with nearly the same title. */
async function cheaperElsewhere(trx: Transaction, { filter }: Watch, change: Change): Promise<Reason[]> {
  const watched = filter.offerIds;
  const after = filter.cheaperElsewhere && watched && !watched.includes(change.sourceId) ? fallenPrice(change) : null;
  if (after === null) return [];
  const near = (await sameText(trx, change.sourceId, { limit: 200 }).catch(orNone)).filter(({ offerId }) => watched?.includes(offerId)).map(({ offerId }) => offerId);
  if (near.length === 0) return [];
  const { rows } = await trx.knex.raw<{ rows: { offer: string; price: string | null }[] }>(
    `select source_id as offer, trim_scale(price_min)::text as price from ${quoteName(trx.schema)}.products where source_id = any(?)`, [near]);
  return rows.flatMap(({ offer, price }) => (price !== null && moneyUnits(price) > moneyUnits(after) ? [{ kind: 'cheaperElsewhere', before: price, after, than: offer } as const] : []));
}

/** The offer was removed since. */
function orNone(error: unknown): [] {
  if (isSyncError(error) && error.code === 'NOT_FOUND') return [];
  throw error;
}
