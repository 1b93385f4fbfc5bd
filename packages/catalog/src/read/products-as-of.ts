import type { Attribute, PriceTier } from '@1688/core';
import { SyncError } from '@1688/core';
import { historySince, productStates, quoteName, withClient, type Connection, type FieldValue, type HistoryField, type ProductState, type SkuState } from '@1688/db';
import { linesOf, registerKey } from '../time/registers.ts';
import { firstTold, toldEvents, type TellingRow } from '../time/told-events.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { supersededOf, tellingsOf, type Superseded } from './history-points.ts';

/** What was known of a product at a time. Only what history follows is told. */
export interface ProductAsOf {
  readonly offerId: string;
  readonly title: string;
  readonly sourceStatus: string | null;
  readonly priceMinCny: string | null;
  readonly priceMaxCny: string | null;
  readonly priceTiers: readonly PriceTier[];
  readonly minOrderQuantity: number | null;
  readonly stockQuantity: number | null;
  readonly skus: readonly SkuAsOf[];
  /** When the product was first seen. */
  readonly firstObservedAt: Date;
}

export interface SkuAsOf {
  readonly skuId: string;
  readonly attributes: readonly Attribute[] | null;
  readonly priceCny: string | null;
  readonly stockQuantity: number | null;
  readonly priceTiers: readonly PriceTier[];
}

export interface ProductsAsOfPage {
  readonly items: readonly ProductAsOf[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export interface ProductsAsOf {
  /** Null when the product was not known at that time, or was removed since. */
  find(offerId: string): Promise<ProductAsOf | null>;
  /** Those that were known, by our order of arrival. @throws ARGUMENT_INVALID for a limit beyond 1 to 1,000 (default 50), or a cursor of another date */
  page(options?: { readonly limit?: number; readonly cursor?: string | null }): Promise<ProductsAsOfPage>;
  /** All that were known, in the same order. */
  list(): AsyncGenerator<ProductAsOf, void>;
}

const pageSize = 200;

/**
 * The catalogue as it was seen at `date`, whatever the order in which observations came in: current rows with every superseded value that
 * held then put back, and without what was not known yet.
 * @throws HISTORY_PRUNED, when it is read, for a date before the history that was kept
 */
export function productsAsOf(db: Connection, date: Date): ProductsAsOf {
  const read = async (condition: string, values: unknown[]): Promise<{ last: string | null; products: ProductAsOf[] }> => {
    await checkKept(db, date);
    return withClient(db, async (client) => {
      const { rows } = await client.query<Record<string, unknown>>(
        `select * from ${quoteName(db.schema)}.products where deleted_at is null and first_observed_at <= $1 and ${condition}`, [date, ...values]);
      const states = await productStates(client, db.schema, rows);
      const superseded = await supersededOf(client, db.schema, states.map(({ id }) => id));
      const moved = states.filter(({ told, skus }) => [told, ...skus.map((sku) => sku.told)].some((times) => times.some((mark) => mark >= endOf(date))));
      const tellings = await tellingsOf(client, db.schema, moved.map(({ id }) => id), date);
      const of = (state: ProductState): ProductAsOf => asOf(state, { superseded: superseded.get(state.id ?? '') ?? new Map(), tellings: tellings.get(state.id ?? '') ?? [], date });
      return { last: states.at(-1)?.id ?? null, products: states.map(of) };
    });
  };
  const question = ['as of', date.toISOString()];
  return {
    async find(offerId) {
      return (await read('source_id = $2', [offerId])).products[0] ?? null;
    },
    async page({ limit = 50, cursor = null } = {}) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw new SyncError('ARGUMENT_INVALID', `Expected limit to be a whole number from 1 to 1,000, received ${limit}.`);
      const [after = '0'] = cursor === null ? [] : readCursor(question, cursor, [/^\d{1,19}$/]);
      const { last, products } = await read('id > $2 order by id limit $3', [after, limit]);
      return { items: products, nextCursor: last !== null && products.length === limit ? writeCursor(question, [last]) : null };
    },
    async *list() {
      for (let after: string | null = '0'; after !== null;) {
        const page = await read('id > $2 order by id limit $3', [after, pageSize]);
        yield* page.products;
        after = page.last;
      }
    },
  };
}

async function checkKept(db: Connection, date: Date): Promise<void> {
  const since = await historySince(db);
  if (since === null || date >= since) return;
  throw new SyncError('HISTORY_PRUNED', `Expected a date from ${since.toISOString()} on, received ${date.toISOString()}.`, { hint: 'Older history was deleted with maintain --history-days; a backup from before still has it.' });
}

/** Marks of that millisecond are below it. */
function endOf(date: Date): number {
  return date.getTime() + 1;
}

interface Then {
  readonly superseded: Superseded;
  readonly tellings: readonly TellingRow[];
  readonly date: Date;
}

function asOf(state: ProductState, { superseded, tellings, date }: Then): ProductAsOf {
  const first = firstTold(toldEvents(state, tellings, linesOf(state, superseded)));
  const wasTold = (skuId: string | null, field: HistoryField): boolean => (first.get(registerKey({ skuId, field })) ?? Infinity) < endOf(date);
  const value = (skuId: string | null, field: HistoryField, now: FieldValue | undefined): FieldValue => {
    if (!wasTold(skuId, field)) return null;
    const held = superseded.get(registerKey({ skuId, field }))?.find(({ to }) => date.getTime() < to);
    return held ? held.value : (now ?? null);
  };
  const { fields } = state;
  const price = value(null, 'price', { priceMinCny: fields['priceMinCny'] ?? null, priceMaxCny: fields['priceMaxCny'] ?? null }) as Pick<ProductAsOf, 'priceMinCny' | 'priceMaxCny'> | null;
  const listed = (sku: SkuState): boolean => value(sku.skuId, 'status', sku.deleted ? null : true) !== null;
  return {
    offerId: state.offerId,
    title: (value(null, 'title', fields['title']) ?? '') as string,
    sourceStatus: value(null, 'status', fields['sourceStatus']) as string | null,
    priceMinCny: price?.priceMinCny ?? null,
    priceMaxCny: price?.priceMaxCny ?? null,
    priceTiers: (value(null, 'tiers', state.tiers) ?? []) as readonly unknown[] as PriceTier[],
    minOrderQuantity: value(null, 'minOrderQuantity', fields['minOrderQuantity']) as number | null,
    stockQuantity: value(null, 'stock', fields['stockQuantity']) as number | null,
    skus: state.skus.filter(listed).map((sku) => ({
      skuId: sku.skuId,
      attributes: sku.fields['attributes'] as Attribute[] | null,
      priceCny: value(sku.skuId, 'price', sku.fields['priceCny']) as string | null,
      stockQuantity: value(sku.skuId, 'stock', sku.fields['stockQuantity']) as number | null,
      priceTiers: (value(sku.skuId, 'tiers', sku.tiers) ?? []) as readonly unknown[] as PriceTier[],
    })),
    firstObservedAt: state.firstObservedAt ?? new Date(0),
  };
}
