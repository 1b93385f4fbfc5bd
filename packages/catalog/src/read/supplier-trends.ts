import { historySince, productStates, quoteName, suppliers, withClient, type Connection, type FieldValue, type ProductState } from '@1688/db';
import { SyncError } from '@1688/core';
import { linesOf, registerKey } from '../time/registers.ts';
import { valueAt, type Timeline } from '../time/timeline.ts';
import { chinaPeriods, type Period, type PeriodStep } from './china-periods.ts';
import { supersededOf } from './history-points.ts';

export interface SupplierTrendsOptions {
  /** The first period is the one that holds this time. Default: 90 days ago. */
  readonly since?: Date;
  /** Default: now. */
  readonly until?: Date;
  /** Default `week`. Periods begin as a calendar in China shows them. */
  readonly step?: PeriodStep;
}

export interface SupplierTrend extends Period {
  /** Offers that were known at its end, without those removed by the user. */
  readonly products: number;
  readonly newProducts: number;
  /** Times that an offer went (下架) and came back (上架). */
  readonly delisted: number;
  readonly relisted: number;
  /** Mean change of the lowest price, as a share (0.05 is 5 % dearer), of offers with a price at both ends; null without any. */
  readonly priceDrift: number | null;
  /** Share of the offers with a known stock that had none at its end; null without any. */
  readonly stockOutShare: number | null;
}

const pageSize = 200;

/**
 * What a supplier's offers did from period to period. Reads all of them page by page, with their history.
 * @param supplierId its source id or one of its other names
 * @throws NOT_FOUND, ARGUMENT_INVALID, HISTORY_PRUNED for periods of which the history was deleted
 */
export async function supplierTrends(db: Connection, supplierId: string, { since, until = new Date(), step = 'week' }: SupplierTrendsOptions = {}): Promise<readonly SupplierTrend[]> {
  const supplier = await suppliers(db).find(supplierId);
  if (!supplier) throw new SyncError('NOT_FOUND', `Expected a supplier that is stored, received ${JSON.stringify(supplierId)}.`);
  const periods = chinaPeriods(since ?? new Date(until.getTime() - 90 * 86_400_000), until, step);
  const kept = await historySince(db);
  if (kept && periods[0]!.from < kept) throw new SyncError('HISTORY_PRUNED', `Expected periods from ${kept.toISOString()} on, received ${periods[0]!.name}.`, { hint: 'Ask for a later beginning; older history was deleted with maintain --history-days.' });
  const sums = periods.map(() => ({ products: 0, newProducts: 0, drifts: 0, drift: 0, stocks: 0, out: 0 }));
  for (let after: string | null = '0'; after !== null;) {
    const page: FollowedProduct[] = await productsAfter(db, supplier.id, after);
    for (const product of page) {
      for (const [index, period] of periods.entries()) count(sums[index]!, product, period, until);
    }
    after = page.length === pageSize ? page.at(-1)!.state.id : null;
  }
  const moves = await listingMoves(db, supplier.id, periods);
  return periods.map((period, index) => {
    const { products, newProducts, drifts, drift, stocks, out } = sums[index]!;
    return { ...period, products, newProducts, ...moves[index]!, priceDrift: drifts === 0 ? null : share(drift / drifts), stockOutShare: stocks === 0 ? null : share(out / stocks) };
  });
}

interface FollowedProduct {
  readonly state: ProductState;
  readonly lines: ReadonlyMap<string, Timeline>;
}

async function productsAfter(db: Connection, supplierId: string, after: string): Promise<FollowedProduct[]> {
  return withClient(db, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(
      `select * from ${quoteName(db.schema)}.products where supplier_id = $1 and deleted_at is null and id > $2 order by id limit ${pageSize}`, [supplierId, after]);
    const states = await productStates(client, db.schema, rows);
    const superseded = await supersededOf(client, db.schema, states.map(({ id }) => id));
    return states.map((state) => ({ state, lines: linesOf(state, superseded.get(state.id ?? '') ?? new Map()) }));
  });
}

interface Sums {
  products: number;
  newProducts: number;
  drifts: number;
  drift: number;
  stocks: number;
  out: number;
}

function count(sums: Sums, product: FollowedProduct, { from, to }: Period, until: Date): void {
  const first = product.state.firstObservedAt?.getTime() ?? Infinity;
  const end = Math.min(to.getTime() - 1, until.getTime());
  if (first > end) return;
  sums.products += 1;
  if (first >= from.getTime()) sums.newProducts += 1;
  const stock = stockAt(product, end);
  if (stock !== null) sums.stocks += 1;
  if (stock === 0) sums.out += 1;
  const [old, now] = [priceAt(product, Math.max(from.getTime(), first)), priceAt(product, end)];
  if (!old || now === null) return;
  sums.drifts += 1;
  sums.drift += now / old - 1;
}

function heldAt({ lines }: FollowedProduct, field: 'price' | 'stock' | 'status', skuId: string | null, time: number): FieldValue {
  return valueAt(lines.get(registerKey({ skuId, field })) ?? [], time) ?? null;
}

function priceAt(product: FollowedProduct, time: number): number | null {
  const range = heldAt(product, 'price', null, time) as { priceMinCny: string | null; priceMaxCny: string | null } | null;
  const price = range?.priceMinCny ?? range?.priceMaxCny ?? null;
  return price === null ? null : Number(price);
}

/** The product's own, else that of its listed SKUs together. */
function stockAt(product: FollowedProduct, time: number): number | null {
  const own = heldAt(product, 'stock', null, time);
  if (own !== null) return Number(own);
  const stocks = product.state.skus.filter(({ skuId }) => heldAt(product, 'status', skuId, time) !== null).map(({ skuId }) => heldAt(product, 'stock', skuId, time));
  const known = stocks.filter((stock) => stock !== null);
  return known.length === 0 ? null : known.reduce<number>((sum, stock) => sum + Number(stock), 0);
}

async function listingMoves(db: Connection, supplierId: string, periods: readonly Period[]): Promise<{ delisted: number; relisted: number }[]> {
  const s = quoteName(db.schema);
  const { rows } = await db.knex.raw<{ rows: { kind: 'delisted' | 'relisted'; at: Date }[] }>(
    `select c.kind, coalesce((c.fields #>> '{delistedAt,after}')::timestamptz, (c.fields #>> '{evidence,after,observedAt}')::timestamptz, c.changed_at) as at
     from ${s}.changes c join ${s}.products p on p.source_id = c.source_id where c.entity = 'product' and c.kind in ('delisted', 'relisted') and p.supplier_id = ?`, [supplierId]);
  return periods.map(({ from, to }) => {
    const within = rows.filter(({ at }) => at >= from && at < to);
    return { delisted: within.filter(({ kind }) => kind === 'delisted').length, relisted: within.filter(({ kind }) => kind === 'relisted').length };
  });
}

function share(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
