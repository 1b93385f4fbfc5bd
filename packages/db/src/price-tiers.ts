import { normalizeMoney, type PriceTier } from '@1688/core';
import type { Connection, Transaction } from './connection.ts';
import { guarded } from './guarded.ts';
import { PriceTierRow, ProductRow, rowsOf } from './rows.ts';

/** Price tiers (阶梯价); they are written together with their product. */
export function priceTiers(db: Connection) {
  return guarded({
    /** The tiers that hold for the whole product, from the smallest quantity upward. */
    async list(offerId: string): Promise<PriceTier[]> {
      const owner = rowsOf(ProductRow, db).where({ source_id: offerId, deleted_at: null }).select('id');
      const rows = await rowsOf(PriceTierRow, db).where('product_id', 'in', owner).whereNull('sku_id').orderBy('min_quantity');
      return rows.map(toPriceTier);
    },
  });
}

/** Tiers of a product or of one of its SKUs. */
export interface TierList {
  readonly skuId: string | null;
  readonly tiers: readonly PriceTier[];
}

/**
 * Replaces the tiers of the lists that are given; where a quantity is told twice the later price holds.
 * @returns what the product's own tiers were and are, when they changed; `changed` also tells of SKUs
 */
export async function replacePriceTiers(trx: Transaction, productId: string, lists: readonly TierList[]): Promise<{ changed: boolean; before: PriceTier[] | null; after: PriceTier[] | null }> {
  const told = new Set(lists.map((list) => list.skuId));
  const rows = (await rowsOf(PriceTierRow, trx).where('product_id', productId)).filter((row) => told.has(row.sku_id));
  const held = new Map(rows.map((row) => [tierKey(row.sku_id, toPriceTier(row)), row]));
  const wanted = new Map(lists.flatMap(({ skuId, tiers }) => unique(tiers).map((tier) => [tierKey(skuId, tier), { skuId, tier }] as const)));
  const gone = rows.filter((row) => !wanted.has(tierKey(row.sku_id, toPriceTier(row))));
  const added = [...wanted].filter(([key]) => !held.has(key)).map(([, each]) => each);
  if (gone.length > 0) await rowsOf(PriceTierRow, trx).whereIn('id', gone.map((row) => row.id)).delete();
  await writeTiers(trx, added.map(({ skuId, tier }) => ({ product_id: productId, sku_id: skuId, min_quantity: tier.minQuantity, price: tier.priceCny })));
  const own = [...gone, ...added.map((each) => ({ sku_id: each.skuId }))].some((each) => each.sku_id === null);
  return {
    changed: gone.length + added.length > 0,
    before: own ? byQuantity(rows.filter((row) => row.sku_id === null).map(toPriceTier)) : null,
    after: own ? byQuantity(unique(lists.find((list) => list.skuId === null)?.tiers ?? [])) : null,
  };
}

async function writeTiers(trx: Transaction, rows: readonly object[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 5_000) {
    await trx.knex.withSchema(trx.schema).table('price_tiers').insert(rows.slice(start, start + 5_000));
  }
}

function unique(tiers: readonly PriceTier[]): PriceTier[] {
  return [...new Map(tiers.map(({ minQuantity, priceCny }) => [minQuantity, { minQuantity, priceCny: normalizeMoney(priceCny) }])).values()];
}

function tierKey(skuId: string | null, { minQuantity, priceCny }: PriceTier): string {
  return `${skuId}|${minQuantity}|${priceCny}`;
}

function byQuantity(tiers: readonly PriceTier[]): PriceTier[] {
  return tiers.toSorted((a, b) => a.minQuantity - b.minQuantity);
}

export function toPriceTier(row: PriceTierRow): PriceTier {
  return { minQuantity: Number(row.min_quantity), priceCny: normalizeMoney(row.price) };
}
