import { quoteName, type HistoryField, type ProductState, type Queries } from '@1688/db';
import { currentFollowed, followedValue, isPresence, linesOf, registerKey, type Register } from '../time/registers.ts';
import { timelineOf, type Period, type Timeline } from '../time/timeline.ts';
import { firstTold, toldEvents, type TellingRow } from '../time/told-events.ts';

export interface StoredPeriod extends Period {
  readonly id: string;
}

/** Superseded values of one product, by register, oldest first. */
export type Superseded = ReadonlyMap<string, readonly StoredPeriod[]>;

/** Superseded values of products, by our id. */
export async function supersededOf(client: Queries, schema: string, ids: readonly (string | null)[]): Promise<Map<string, Superseded>> {
  const { rows } = await client.query(
    `select id, product_id, sku_source_id, field, value, valid_from, valid_to from ${quoteName(schema)}.history_points
     where product_id = any($1) order by product_id, valid_to, valid_from, id`, [ids]);
  const byProduct = new Map<string, Map<string, StoredPeriod[]>>();
  for (const row of rows) {
    const id = String(row['product_id']);
    const field = row['field'] as HistoryField;
    const key = registerKey({ skuId: row['sku_source_id'] as string | null, field });
    const period = { id: String(row['id']), value: followedValue(field, row['value']), from: (row['valid_from'] as Date).getTime(), to: (row['valid_to'] as Date).getTime() };
    const registers = byProduct.get(id) ?? new Map<string, StoredPeriod[]>();
    byProduct.set(id, registers);
    const list = registers.get(key);
    if (list) list.push(period);
    else registers.set(key, [period]);
  }
  return byProduct;
}

/**
 * When parts of products were told, by our id, as far as that says what was known at `date`: what stood until the next record after it,
 * and what came late. Without a date all.
 */
export async function tellingsOf(client: Queries, schema: string, ids: readonly (string | null)[], date: Date | null = null): Promise<Map<string, TellingRow[]>> {
  if (ids.length === 0) return new Map();
  const s = quoteName(schema);
  const columns = 'product_id, late, told_times, sku_told_times';
  const { rows } = date === null
    ? await client.query(`select ${columns} from ${s}.tellings where product_id = any($1)`, [ids])
    : await client.query(
      `(select distinct on (product_id) ${columns} from ${s}.tellings where product_id = any($1) and not late and observed_at > $2 order by product_id, observed_at, id)
       union all select ${columns} from ${s}.tellings where product_id = any($1) and late`, [ids, date]);
  const byProduct = Map.groupBy(rows, (row) => String(row['product_id']));
  return new Map([...byProduct].map(([id, list]) => [id, list.map((row) => (
    { late: row['late'] as boolean, toldTimes: row['told_times'] as Buffer | null, skuTimes: row['sku_told_times'] as TellingRow['skuTimes'] }))]));
}

/** A register over all its time: nothing before it was told first, its value of now at the end. */
export interface HeldRegister extends Register {
  readonly line: Timeline;
}

/** How everything that history follows of one product moved, from `keptSince` on. Nothing is left out, also what was never told: that has no changes. */
export function heldRegisters(state: ProductState, superseded: Superseded, tellings: readonly TellingRow[], keptSince: Date | null): HeldRegister[] {
  const first = firstTold(toldEvents(state, tellings, linesOf(state, superseded)));
  const known = Math.max((state.firstObservedAt ?? new Date(0)).getTime(), keptSince?.getTime() ?? 0);
  return currentFollowed(state).map(({ value, ...register }) => {
    const periods = superseded.get(registerKey(register)) ?? [];
    const told = first.get(registerKey(register));
    const since = told === undefined ? known : Math.max(told, known);
    return { ...register, line: periods.length > 0 && (told === undefined || isPresence(register)) ? timelineOf(periods, value, Math.max(periods[0]?.from ?? 0, keptSince?.getTime() ?? 0)) : timelineOf(periods, value, since) };
  });
}
