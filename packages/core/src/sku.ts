import { z } from 'zod';
import { sourceIdSchema } from './identifier.ts';
import { moneySchema } from './money.ts';
import { priceTierSchema } from './price-tier.ts';
import { countSchema, shortTextSchema, urlTextSchema } from './text.ts';

export const attributeSchema = z.object({
  name: shortTextSchema,
  value: z.string().max(4_000),
  /** Picture of this value, as on a colour axis. */
  imageUrl: urlTextSchema.nullish(),
});

/** One property with one value; a name occurs once for each of its values, in the source's order. */
export type Attribute = z.infer<typeof attributeSchema>;

export const skuSchema = z.object({
  /** 1688's `skuId`; where a source gives only `specId`, that one. */
  skuId: sourceIdSchema,
  /** Unique within the product; orders are placed by it. */
  specId: sourceIdSchema.nullish(),
  attributes: z.array(attributeSchema).max(64).nullish(),
  priceCny: moneySchema.nullish(),
  consignPriceCny: moneySchema.nullish(),
  retailPriceCny: moneySchema.nullish(),
  stockQuantity: countSchema.nullish(),
  soldQuantity: countSchema.nullish(),
  articleNumber: shortTextSchema.nullish(),
  imageUrl: urlTextSchema.nullish(),
  weightGrams: z.number().nonnegative().nullish(),
  priceTiers: z.array(priceTierSchema).max(64).nullish(),
});

/** 规格: one thing that can be ordered, such as 红色 / L. A field that is undefined was not told; null was told to be empty. */
export type Sku = z.infer<typeof skuSchema>;
