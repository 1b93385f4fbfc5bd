import type { Queries } from './product-state-reader.ts';
import { quoteName } from './quote-name.ts';
import type { SupersededValue } from './superseded-values.ts';

/** A value that was superseded at `until`. */
export interface HistoryEntry extends SupersededValue {
  readonly productId: string;
  /** Since when the product is known. */
  readonly knownSince: Date | null;
  readonly until: Date;
}

/** One row of `history_points`. */
export interface HistoryRow extends SupersededValue {
  readonly productId: string;
  readonly from: Date;
  readonly to: Date;
}

/**
 * Superseded values with the period they held: from the end of the value before them, else from the first sighting, of a SKU that came
 * later from when it came. Who reads them knows better since when a first value held (`tellings`). Reads, and writes nothing.
 */
export async function historyRows(client: Queries, schema: string, entries: readonly HistoryEntry[]): Promise<HistoryRow[]> {
  if (entries.length === 0) return [];
  const { rows } = await client.query(
    `select product_id, sku_source_id, field, max(valid_to) as valid_to, min(valid_to) filter (where sku_source_id is not null and value = 'null') as absent_to
     from ${quoteName(schema)}.history_points where product_id = any($1) group by 1, 2, 3`,
    [[...new Set(entries.map(({ productId }) => productId))]]);
  const since = new Map(rows.map((row) => [keyOf(String(row['product_id']), row['sku_source_id'] as string | null, String(row['field'])), row['valid_to'] as Date]));
  const came = new Map(rows.filter((row) => row['field'] === 'status' && row['absent_to'] !== null).map((row) => [keyOf(String(row['product_id']), row['sku_source_id'] as string | null, 'status'), row['absent_to'] as Date]));
  return entries.map(({ productId, skuId, field, value, knownSince, until }) => {
    const listedSince = skuId === null ? undefined : came.get(keyOf(productId, skuId, 'status'));
    const from = since.get(keyOf(productId, skuId, field)) ?? listedSince ?? knownSince ?? until;
    since.set(keyOf(productId, skuId, field), until);
    return { productId, skuId, field, value, from: from < until ? from : until, to: until };
  });
}

function keyOf(productId: string, skuId: string | null, field: string): string {
  return `${productId} ${field} ${skuId ?? ''}`;
}
