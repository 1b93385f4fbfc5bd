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
 * Replaces the tiers of the lists that are given.
 * @returns false when they were so already
 */
export async function replacePriceTiers(trx: Transaction, productId: string, lists: readonly TierList[]): Promise<boolean> {
  const told = new Set(lists.map((list) => list.skuId));
  const rows = (await rowsOf(PriceTierRow, trx).where('product_id', productId)).filter((row) => told.has(row.sku_id));
  const held = new Map(rows.map((row) => [tierKey(row.sku_id, toPriceTier(row)), row]));
  const wanted = new Map(lists.flatMap(({ skuId, tiers }) => normalTiers(tiers).map((tier) => [tierKey(skuId, tier), { skuId, tier }] as const)));
  const gone = rows.filter((row) => !wanted.has(tierKey(row.sku_id, toPriceTier(row))));
  const added = [...wanted].filter(([key]) => !held.has(key)).map(([, each]) => each);
  if (gone.length > 0) await rowsOf(PriceTierRow, trx).whereIn('id', gone.map((row) => row.id)).delete();
  await writeTiers(trx, added.map(({ skuId, tier }) => ({ product_id: productId, sku_id: skuId, min_quantity: tier.minQuantity, price: tier.priceCny })));
  return gone.length + added.length > 0;
}

async function writeTiers(trx: Transaction, rows: readonly object[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 5_000) {
    await trx.knex.withSchema(trx.schema).table('price_tiers').insert(rows.slice(start, start + 5_000));
  }
}

/** Tiers as they are stored: by rising quantity, prices in normal spelling; where a quantity is told twice the later price holds. */
export function normalTiers(tiers: readonly PriceTier[]): PriceTier[] {
  const byQuantity = new Map(tiers.map(({ minQuantity, priceCny }) => [minQuantity, { minQuantity, priceCny: normalizeMoney(priceCny) }]));
  return [...byQuantity.values()].toSorted((a, b) => a.minQuantity - b.minQuantity);
}

function tierKey(skuId: string | null, { minQuantity, priceCny }: PriceTier): string {
  return `${skuId}|${minQuantity}|${priceCny}`;
}

export function toPriceTier(row: Pick<PriceTierRow, 'min_quantity' | 'price'>): PriceTier {
  return { minQuantity: Number(row.min_quantity), priceCny: normalizeMoney(row.price) };
}
