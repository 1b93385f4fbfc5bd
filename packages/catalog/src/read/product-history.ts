import { SyncError } from '@1688/core';
import { historySince, productStates, quoteName, withClient, type Connection, type HistoryField } from '@1688/db';
import { heldRegisters, supersededOf, tellingsOf, type HeldRegister } from './history-points.ts';

export interface ProductHistoryOptions {
  /** Only this field. */
  readonly field?: HistoryField;
  /** Only this SKU; null: only what belongs to the product as a whole. Default: both. */
  readonly skuId?: string | null;
  /** Only what held at or after this time. Default: all that is known. */
  readonly since?: Date;
}

export interface HistoryPoint {
  /** Since when the value held; where older values were deleted, since when that is known. */
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
export async function productHistory(db: Connection, offerId: string, { field, skuId, since }: ProductHistoryOptions = {}): Promise<ProductHistory> {
  const registers = await registersOf(db, offerId);
  const wanted = registers.filter((register) => (field === undefined || register.field === field) && (skuId === undefined || register.skuId === skuId));
  const points = wanted.filter(tellsSomething).flatMap(({ line, skuId: sku, field: name }): HistoryPoint[] => {
    const held = line.filter((_, index) => since === undefined || (line[index + 1]?.at ?? Infinity) > since.getTime());
    return held.map(({ at, value }) => ({ observedAt: new Date(at), skuId: sku, field: name, value }));
  });
  return { points: points.toSorted((a, b) => a.observedAt.getTime() - b.observedAt.getTime()) };
}

/** @throws NOT_FOUND for an offer that was never stored */
export async function registersOf(db: Connection, offerId: string): Promise<HeldRegister[]> {
  const keptSince = await historySince(db);
  return withClient(db, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(`select * from ${quoteName(db.schema)}.products where source_id = $1`, [offerId]);
    const [state] = await productStates(client, db.schema, rows);
    if (!state) throw new SyncError('NOT_FOUND', `Expected an offer id that is stored, received ${JSON.stringify(offerId)}.`);
    const superseded = await supersededOf(client, db.schema, [state.id]);
    const tellings = await tellingsOf(client, db.schema, [state.id]);
    return heldRegisters(state, superseded.get(state.id ?? '') ?? new Map(), tellings.get(state.id ?? '') ?? [], keptSince);
  });
}

/** An empty value that never changed tells nothing, nor does a SKU that was always there, nor the last price of one that is gone. */
function tellsSomething({ skuId, field, line }: HeldRegister): boolean {
  if (line.length > 1) return true;
  const value = line[0]?.value;
  if (value === null || value === undefined || (skuId !== null && field === 'status')) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.values(value).some((each) => each !== null);
}
