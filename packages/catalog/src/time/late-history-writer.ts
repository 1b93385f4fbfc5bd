import { quoteName, type ProductState, type StoredTimes } from '@1688/db';
import type pg from 'pg';
import { copyRows } from '../import/copy-rows.ts';
import type { PreparedRecord } from '../import/prepared-record.ts';
import { sightingsAfter } from '../import/sighting.ts';
import { supersededOf, tellingsOf, type StoredPeriod } from '../read/history-points.ts';
import { historyOfLate } from './late-history.ts';
import { registerKey, type Register } from './registers.ts';
import type { Period } from './timeline.ts';

/** A product whose row the transaction has locked, and what was told of it later than it should. */
export interface LateUpdate {
  readonly productId: string;
  readonly before: ProductState;
  readonly start: ProductState;
  readonly after: ProductState;
  readonly records: readonly PreparedRecord[];
  /** Seen by a batch that is not committed yet, without anything new. */
  readonly repeating: readonly PreparedRecord[];
}

export interface ProductTimes extends StoredTimes {
  readonly productId: string;
}

/** Keeps when parts of products were told, before that is forgotten. */
export async function writeTellings(client: pg.ClientBase, schema: string, rows: readonly ProductTimes[]): Promise<void> {
  await copyRows(client, `${quoteName(schema)}.tellings (product_id, observed_at, late, told_times, sku_told_times)`,
    rows.map(({ productId, observedAt, late, toldTimes, skuTimes }) => [productId, observedAt, late, toldTimes, skuTimes]));
}

/** Rewrites the history of these products where a late record belongs into it. */
export async function writeLateHistory(client: pg.ClientBase, schema: string, updates: readonly LateUpdate[], syncRecordId: string): Promise<void> {
  if (updates.length === 0) return;
  const ids = updates.map(({ productId }) => productId);
  const times = updates.flatMap(({ records }) => records.map(({ observedAt }) => observedAt.getTime()));
  const after = new Date(times.reduce((least, time) => Math.min(least, time), Infinity));
  const stored = await supersededOf(client, schema, ids);
  const tellings = await tellingsOf(client, schema, ids);
  const sightings = Map.groupBy(await sightingsAfter(client, schema, { ids, after }), ({ id }) => id);
  const removed: string[] = [];
  const added: (Register & Period & { productId: string })[] = [];
  const events: ProductTimes[] = [];
  for (const { productId, before, start, after: now, records, repeating } of updates) {
    const periods = stored.get(productId) ?? new Map<string, StoredPeriod[]>();
    const seen = [...(sightings.get(productId) ?? []), ...repeating].toSorted((a, b) => a.observedAt.getTime() - b.observedAt.getTime());
    const history = historyOfLate({ before, start, after: now, records, periods, tellings: tellings.get(productId) ?? [], sightings: seen });
    for (const { periods: wanted, ...register } of history.registers) {
      const left = new Map(wanted.map((period) => [periodKey(period), period]));
      for (const old of periods.get(registerKey(register)) ?? []) if (!left.delete(periodKey(old))) removed.push(old.id);
      for (const period of left.values()) added.push({ productId, ...register, ...period });
    }
    events.push(...history.tellings.map((event) => ({ productId, ...event })));
  }
  const s = quoteName(schema);
  await client.query(`delete from ${s}.tellings where product_id = any($1) and not late`, [ids]);
  if (removed.length > 0) await client.query(`delete from ${s}.history_points where id = any($1)`, [removed]);
  await copyRows(client, `${s}.history_points (product_id, sku_source_id, field, value, valid_from, valid_to, sync_record_id)`,
    added.map(({ productId, skuId, field, value, from, to }) => [productId, skuId, field, JSON.stringify(value), new Date(from), new Date(to), syncRecordId]));
  await writeTellings(client, schema, events);
}

function periodKey({ value, from, to }: Period): string {
  return `${from} ${to} ${JSON.stringify(value)}`;
}
