import { historyRows, quoteName, type HistoryEntry } from '@1688/db';
import type pg from 'pg';
import { copyRows } from './copy-rows.ts';

/** Appends superseded values with the period they held. */
export async function writeHistory(client: pg.ClientBase, schema: string, entries: readonly HistoryEntry[], syncRecordId: string | null): Promise<void> {
  const rows = await historyRows(client, schema, entries);
  await copyRows(client, `${quoteName(schema)}.history_points (product_id, sku_source_id, field, value, valid_from, valid_to, sync_record_id)`,
    rows.map(({ productId, skuId, field, value, from, to }) => [productId, skuId, field, JSON.stringify(value), from, to, syncRecordId]));
}
