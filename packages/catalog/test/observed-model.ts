import type { PriceTier, ProductUpdate } from '@1688/core';
import type { ProductAsOf } from '@1688/catalog';
import type { Version } from './versions.ts';

interface ModelSku {
  priceCny: string | null;
  stockQuantity: number | null;
  priceTiers: PriceTier[];
}

/** What history follows, as a plain program keeps it that is told everything in its order. */
export type Observed = Omit<ProductAsOf, 'offerId' | 'skus' | 'firstObservedAt'> & { readonly skus: Readonly<Record<string, ModelSku>> };

/** What was known after each of these detail documents, oldest first. */
export function observedStates(versions: readonly Version[]): Observed[] {
  const known = new Map<string, ModelSku>();
  let listed: string[] = [];
  let state = { title: '', sourceStatus: null, priceMinCny: null, priceMaxCny: null, priceTiers: [], minOrderQuantity: null, stockQuantity: null } as Omit<Observed, 'skus'>;
  return versions.map(({ product }) => {
    state = { ...state, ...told(product) };
    if (product.skus !== undefined) {
      for (const sku of product.skus ?? []) {
        const old = known.get(sku.skuId) ?? { priceCny: null, stockQuantity: null, priceTiers: [] };
        known.set(sku.skuId, {
          priceCny: sku.priceCny === undefined ? old.priceCny : money(sku.priceCny),
          stockQuantity: sku.stockQuantity === undefined ? old.stockQuantity : sku.stockQuantity,
          priceTiers: sku.priceTiers === undefined ? old.priceTiers : sorted(sku.priceTiers),
        });
      }
      listed = (product.skus ?? []).map(({ skuId }) => skuId);
    }
    return { ...state, skus: Object.fromEntries(listed.toSorted().map((skuId) => [skuId, known.get(skuId)!])) };
  });
}

/** The same of what the catalogue tells. */
export function observedOf(product: ProductAsOf | null): Observed | null {
  if (!product) return null;
  const { offerId: _, firstObservedAt: __, skus, ...state } = product;
  const bySkuId = skus.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1));
  return { ...state, skus: Object.fromEntries(bySkuId.map(({ skuId, priceCny, stockQuantity, priceTiers }) => [skuId, { priceCny, stockQuantity, priceTiers: [...priceTiers] }])) };
}

function told({ title, sourceStatus, priceMinCny, priceMaxCny, priceTiers, minOrderQuantity, stockQuantity }: ProductUpdate): Partial<Omit<Observed, 'skus'>> {
  return {
    ...(title === undefined ? {} : { title: title ?? '' }),
    ...(sourceStatus === undefined ? {} : { sourceStatus }),
    ...(priceMinCny === undefined ? {} : { priceMinCny: money(priceMinCny) }),
    ...(priceMaxCny === undefined ? {} : { priceMaxCny: money(priceMaxCny) }),
    ...(priceTiers === undefined ? {} : { priceTiers: sorted(priceTiers) }),
    ...(minOrderQuantity === undefined ? {} : { minOrderQuantity }),
    ...(stockQuantity === undefined ? {} : { stockQuantity }),
  };
}

function money(value: string | null): string | null {
  return value === null ? null : Number(value).toFixed(2);
}

function sorted(tiers: readonly PriceTier[] | null): PriceTier[] {
  return (tiers ?? []).toSorted((a, b) => a.minQuantity - b.minQuantity);
}
