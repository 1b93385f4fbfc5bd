import { quoteName } from '@1688/db';
import type pg from 'pg';
import { copyRows } from './copy-rows.ts';
import type { SupersededValue } from './product-difference.ts';

/** A value that a record superseded at `until`. */
export interface HistoryEntry extends SupersededValue {
  readonly productId: string;
  /** Since when the product is known. */
  readonly knownSince: Date | null;
  readonly until: Date;
}

/** Appends superseded values with the period they held: from the end of the value before them, else from the first sighting. */
export async function writeHistory(client: pg.ClientBase, schema: string, entries: readonly HistoryEntry[], syncRecordId: string): Promise<void> {
  if (entries.length === 0) return;
  const s = quoteName(schema);
  const { rows } = await client.query<{ product_id: string; sku_source_id: string | null; field: string; valid_to: Date }>(
    `select product_id, sku_source_id, field, max(valid_to) as valid_to from ${s}.history_points where product_id = any($1) group by 1, 2, 3`,
    [[...new Set(entries.map(({ productId }) => productId))]]);
  const since = new Map(rows.map((row) => [keyOf(row.product_id, row.sku_source_id, row.field), row.valid_to]));
  const points = entries.map(({ productId, skuId, field, value, knownSince, until }) => {
    const listedSince = skuId === null ? undefined : since.get(keyOf(productId, skuId, 'status'));
    const from = since.get(keyOf(productId, skuId, field)) ?? listedSince ?? knownSince ?? until;
    since.set(keyOf(productId, skuId, field), until);
    return [productId, skuId, field, JSON.stringify(value), from < until ? from : until, until, syncRecordId];
  });
  await copyRows(client, `${s}.history_points (product_id, sku_source_id, field, value, valid_from, valid_to, sync_record_id)`, points);
}

function keyOf(productId: string, skuId: string | null, field: string): string {
  return `${productId} ${field} ${skuId ?? ''}`;
}
