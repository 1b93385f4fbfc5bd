import { historyRows, quoteName, supersededTimes, supersededValues, type HistoryEntry } from '@1688/db';
import type pg from 'pg';
import { withoutLocked } from '../locks/locked-record.ts';
import { writeLateHistory, writeTellings, type LateUpdate, type ProductTimes } from '../time/late-history-writer.ts';
import { copyRows } from './copy-rows.ts';
import type { MergedProduct } from './merge-steps.ts';
import type { PreparedRecord } from './prepared-record.ts';

/** Appends superseded values with the period they held. */
export async function writeHistory(client: pg.ClientBase, schema: string, entries: readonly HistoryEntry[], syncRecordId: string | null): Promise<void> {
  const rows = await historyRows(client, schema, entries);
  await copyRows(client, `${quoteName(schema)}.history_points (product_id, sku_source_id, field, value, valid_from, valid_to, sync_record_id)`,
    rows.map(({ productId, skuId, field, value, from, to }) => [productId, skuId, field, JSON.stringify(value), from, to, syncRecordId]));
}

type UnderWay = ReadonlyMap<string, readonly PreparedRecord[]>;

/** What a batch superseded, and when that had been told; where something came late the history of the product is put in order anew. */
export async function writeProductHistory(
  client: pg.ClientBase, schema: string, products: readonly MergedProduct[], { syncRecordId, underWay }: { readonly syncRecordId: string; readonly underWay?: UnderWay },
): Promise<void> {
  const inTime = products.filter(({ late }) => !late);
  await writeHistory(client, schema, inTime.flatMap(historyOf), syncRecordId);
  await writeTellings(client, schema, inTime.flatMap(timesOf));
  await writeLateHistory(client, schema, products.flatMap((product) => lateUpdate(product, underWay)), syncRecordId);
}

function historyOf({ steps, written }: MergedProduct): HistoryEntry[] {
  return steps.flatMap(({ before, after, record }) =>
    supersededValues(before, after).map((value) => ({ ...value, productId: written.after.id, knownSince: before.firstObservedAt, until: record.observedAt })));
}

/** Where a product was seen silently since its row was written, both are kept: what the row says, and what was told again. */
function timesOf({ steps, written }: MergedProduct): ProductTimes[] {
  const productId = written.after.id;
  return steps.flatMap(({ before, after, record: { observedAt } }) => {
    if (before === after) return [];
    const stored = before === steps[0]?.before ? (written.before ?? before) : before;
    const again = stored === before ? null : supersededTimes(before, after, observedAt);
    const times = supersededTimes(stored, after, observedAt);
    return [...(times ? [{ ...times, productId }] : []), ...(again ? [{ ...again, productId }] : [])];
  });
}

function lateUpdate({ offer: { offerId }, steps, late, written: { before, after } }: MergedProduct, underWay: UnderWay | undefined): LateUpdate[] {
  if (!late || !before) return [];
  const records = steps.filter(({ repeated }) => !repeated).map(({ record }) => (before.locks ? withoutLocked(before.locks, record) : record));
  const repeating = (underWay?.get(offerId) ?? []).filter(({ kind, hash }) => before.kinds[kind].hash?.equals(hash));
  return [{ productId: after.id, before, start: steps[0]?.before ?? before, after, records, repeating }];
}
