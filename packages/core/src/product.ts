import { z } from 'zod';
import { sourceIdSchema } from './identifier.ts';
import { moneySchema } from './money.ts';
import { parseWith } from './parse.ts';
import { priceTierSchema, tierPriceCny } from './price-tier.ts';
import { productImageSchema } from './product-image.ts';
import { attributeSchema, skuSchema } from './sku.ts';
import { supplierSchema } from './supplier.ts';
import { countSchema, shortTextSchema, urlTextSchema } from './text.ts';

/**
 * Which price is true, 1688's `quoteType`: `tiers` 0 = no SKUs, tiers by total quantity · `sku` 1 = each SKU has its price ·
 * `shared-tiers` 2 = SKUs, but tiers by total quantity · `sku-tiers` 3 = tiers for each SKU.
 */
export const pricingModes = ['tiers', 'sku', 'shared-tiers', 'sku-tiers'] as const;
export type PricingMode = (typeof pricingModes)[number];

export const productSchema = z.object({
  offerId: sourceIdSchema,
  title: z.string().trim().min(1, 'a title of at least 1 character').max(1_000, 'a title of at most 1,000 characters'),
  titleTranslated: z.string().max(2_000).nullish(),
  subtitle: z.string().max(2_000).nullish(),
  /** HTML as the seller wrote it; never shown without sanitising. */
  description: z.string().max(2_000_000).nullish(),
  categoryId: sourceIdSchema.nullish(),
  categoryName: shortTextSchema.nullish(),
  attributes: z.array(attributeSchema).max(500).nullish(),
  /** Facts outside the attributes, such as package size, by name. */
  specifications: z.record(z.string().max(200), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullish(),
  priceMinCny: moneySchema.nullish(),
  priceMaxCny: moneySchema.nullish(),
  consignPriceCny: moneySchema.nullish(),
  retailPriceCny: moneySchema.nullish(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as CNY').nullish(),
  pricingMode: z.enum(pricingModes).nullish(),
  priceTiers: z.array(priceTierSchema).max(64).nullish(),
  minOrderQuantity: countSchema.nullish(),
  unit: shortTextSchema.nullish(),
  sellUnit: shortTextSchema.nullish(),
  unitsPerSellUnit: countSchema.nullish(),
  mixedBatch: z.boolean().nullish(),
  stockQuantity: countSchema.nullish(),
  soldQuantity: countSchema.nullish(),
  reviewCount: countSchema.nullish(),
  /** 0 to 5. */
  rating: z.number().min(0).max(5).nullish(),
  /** The source's own word: published, member expired, deleted … */
  sourceStatus: shortTextSchema.nullish(),
  url: urlTextSchema.nullish(),
  videoUrl: urlTextSchema.nullish(),
  supplier: supplierSchema.nullish(),
  skus: z.array(skuSchema).max(5_000).nullish(),
  images: z.array(productImageSchema).max(1_000).nullish(),
  createdAtSource: z.date().nullish(),
  updatedAtSource: z.date().nullish(),
});

/**
 * 商品: one offer as one record tells it. Three things differ and are kept apart: a field that is undefined was not told,
 * null was told to be empty, and 0 is a number. Lists replace the stored list when they are told.
 */
export type Product = z.infer<typeof productSchema>;

/**
 * Checks foreign data and returns a product, with unknown fields left out.
 * @throws FIELD_MISSING, FIELD_INVALID, FIELD_TOO_LONG, RECORD_INVALID with the field's path in `details.field`
 */
export function parseProduct(input: unknown): Product {
  return parseWith(productSchema, input, 'product');
}

export const productUpdateSchema = productSchema.extend({ title: productSchema.shape.title.optional() });

/**
 * What a change message tells of an offer: a `Product` that need not have a title. It can change a product that is known and never
 * make a new one. Every `Product` is one too.
 */
export type ProductUpdate = z.infer<typeof productUpdateSchema>;

/** Like `parseProduct`, for a message. @throws the same */
export function parseProductUpdate(input: unknown): ProductUpdate {
  return parseWith(productUpdateSchema, input, 'product');
}

/**
 * Unit price of `quantity` pieces ordered at once, by the product's pricing mode; a product without one is priced by what it has.
 * @param order `quantity` in pieces, at least 1, over all SKUs where tiers are shared; `skuId` where prices differ by SKU
 * @returns yuan as a decimal string, or null when the price is on request (面议), below the first tier, or for an unknown SKU
 */
export function unitPrice(product: Pick<Product, 'pricingMode' | 'priceTiers' | 'skus' | 'priceMinCny' | 'priceMaxCny'>, order: { quantity: number; skuId?: string }): string | null {
  const tiers = product.priceTiers ?? [];
  const sku = order.skuId === undefined ? undefined : product.skus?.find((each) => each.skuId === order.skuId);
  if (order.skuId !== undefined && !sku) return null;
  switch (product.pricingMode ?? guessedMode(tiers.length > 0, sku !== undefined)) {
    case 'tiers':
    case 'shared-tiers':
      return tiers.length > 0 ? tierPriceCny(tiers, order.quantity) : singlePrice(product);
    case 'sku-tiers':
      if (sku?.priceTiers?.length) return tierPriceCny(sku.priceTiers, order.quantity);
      return sku?.priceCny ?? null;
    case 'sku':
      return sku ? (sku.priceCny ?? null) : singlePrice(product);
  }
}

function guessedMode(hasTiers: boolean, hasSku: boolean): PricingMode {
  return hasTiers || !hasSku ? 'tiers' : 'sku';
}

/** The one price of a product whose range is a point; a real range does not say which price is true. */
function singlePrice(product: Pick<Product, 'priceMinCny' | 'priceMaxCny'>): string | null {
  const { priceMinCny: min, priceMaxCny: max } = product;
  return min && (!max || min === max) ? min : null;
}
