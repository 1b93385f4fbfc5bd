import type { Attribute, PriceTier } from '@1688/core';
import { productStates, quoteName, withClient, type Connection, type HistoryField, type ProductState, type SkuState } from '@1688/db';
import { supersededOf, type HeldValue } from './history-points.ts';

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

export interface ProductsAsOf {
  /** Null when the product was not known at that time, or was removed since. */
  find(offerId: string): Promise<ProductAsOf | null>;
  /** All that were known, by our order of arrival. */
  list(): AsyncGenerator<ProductAsOf, void>;
}

const pageSize = 200;

/** The catalogue as it was seen at `date`: current rows with every superseded value that held then put back. */
export function productsAsOf(db: Connection, date: Date): ProductsAsOf {
  const read = async (condition: string, values: unknown[]): Promise<{ last: string | null; products: ProductAsOf[] }> =>
    withClient(db, async (client) => {
      const { rows } = await client.query<Record<string, unknown>>(
        `select * from ${quoteName(db.schema)}.products where deleted_at is null and first_observed_at <= $1 and ${condition}`, [date, ...values]);
      const states = await productStates(client, db.schema, rows);
      const superseded = await supersededOf(client, db.schema, states.map(({ id }) => id));
      return { last: states.at(-1)?.id ?? null, products: states.map((state) => asOf(state, superseded.get(state.id ?? '') ?? [], date)) };
    });
  return {
    async find(offerId) {
      return (await read('source_id = $2', [offerId])).products[0] ?? null;
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

function asOf(state: ProductState, superseded: readonly HeldValue[], date: Date): ProductAsOf {
  const then = new Map(superseded.filter(({ from, to }) => from <= date && to !== null && date < to).map((held) => [`${held.skuId ?? ''} ${held.field}`, held]));
  const value = (skuId: string | null, field: HistoryField, now: unknown): unknown => {
    const held = then.get(`${skuId ?? ''} ${field}`);
    return held ? held.value : (now ?? null);
  };
  const { fields } = state;
  const price = value(null, 'price', fields) as Pick<ProductAsOf, 'priceMinCny' | 'priceMaxCny'>;
  const listed = (sku: SkuState): boolean => value(sku.skuId, 'status', sku.deleted ? null : true) !== null;
  return {
    offerId: state.offerId,
    title: value(null, 'title', fields['title']) as string,
    sourceStatus: value(null, 'status', fields['sourceStatus']) as string | null,
    priceMinCny: price.priceMinCny ?? null,
    priceMaxCny: price.priceMaxCny ?? null,
    priceTiers: value(null, 'tiers', state.tiers) as PriceTier[],
    minOrderQuantity: value(null, 'minOrderQuantity', fields['minOrderQuantity']) as number | null,
    stockQuantity: value(null, 'stock', fields['stockQuantity']) as number | null,
    skus: state.skus.filter(listed).map((sku) => ({
      skuId: sku.skuId,
      attributes: sku.fields['attributes'] as Attribute[] | null,
      priceCny: value(sku.skuId, 'price', sku.fields['priceCny']) as string | null,
      stockQuantity: value(sku.skuId, 'stock', sku.fields['stockQuantity']) as number | null,
      priceTiers: value(sku.skuId, 'tiers', sku.tiers) as PriceTier[],
    })),
    firstObservedAt: state.firstObservedAt ?? new Date(0),
  };
}
