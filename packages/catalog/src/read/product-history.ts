import { SyncError } from '@1688/core';
import { productStates, quoteName, withClient, type Connection, type HistoryField } from '@1688/db';
import { currentValues, supersededOf, type HeldValue } from './history-points.ts';

export interface ProductHistoryOptions {
  /** Only this field. */
  readonly field?: HistoryField;
  /** Only this SKU; null: only what belongs to the product as a whole. Default: both. */
  readonly skuId?: string | null;
}

export interface HistoryPoint {
  /** Since when the value held. */
  readonly observedAt: Date;
  /** Null for the product as a whole. */
  readonly skuId: string | null;
  readonly field: HistoryField;
  /**
   * `price` of a product is `{ priceMinCny, priceMaxCny }`, of a SKU a decimal string; `stock` and `minOrderQuantity` are numbers,
   * `tiers` a list of price tiers; `status` is the source's word, of a SKU 'listed' or, while it is not there, null.
   */
  readonly value: unknown;
}

export interface ProductHistory {
  /** Oldest first; the last one of each SKU and field holds now. */
  readonly points: readonly HistoryPoint[];
}

/**
 * How price, stock, tiers, minimum order, status and title moved. A removed product keeps its history.
 * @throws NOT_FOUND for an offer that was never stored
 */
export async function productHistory(db: Connection, offerId: string, { field, skuId }: ProductHistoryOptions = {}): Promise<ProductHistory> {
  return withClient(db, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(`select * from ${quoteName(db.schema)}.products where source_id = $1`, [offerId]);
    const [state] = await productStates(client, db.schema, rows);
    if (!state) throw new SyncError('NOT_FOUND', `Expected an offer id that is stored, received ${JSON.stringify(offerId)}.`);
    const superseded = (await supersededOf(client, db.schema, [state.id])).get(state.id ?? '') ?? [];
    const moved = new Set(superseded.map(keyOf));
    const current = currentValues(state, superseded).filter((held) => moved.has(keyOf(held)) || !isEmpty(held));
    const wanted = [...superseded, ...current].filter((held) => (field === undefined || held.field === field) && (skuId === undefined || held.skuId === skuId));
    wanted.sort((a, b) => a.from.getTime() - b.from.getTime());
    return { points: wanted.map(({ from, skuId: sku, field: name, value }) => ({ observedAt: from, skuId: sku, field: name, value })) };
  });
}

function keyOf({ skuId, field }: HeldValue): string {
  return `${skuId ?? ''} ${field}`;
}

/** A status "listed" that never changed tells nothing either. */
function isEmpty({ skuId, field, value }: HeldValue): boolean {
  if (value === null || value === undefined || (skuId !== null && field === 'status')) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every((each) => each === null);
}
