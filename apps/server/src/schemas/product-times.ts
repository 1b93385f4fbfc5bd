import { z } from 'zod';
import { count, countOrNull, facts, money, moneyOrNull, page, text, textOrNull, time } from './common.ts';

const tier = z.strictObject({ minQuantity: count, priceCny: money });

export const productAsOfSchema = z.strictObject({
  offerId: text, title: text, sourceStatus: textOrNull, priceMinCny: moneyOrNull, priceMaxCny: moneyOrNull, priceTiers: z.array(tier), minOrderQuantity: countOrNull, stockQuantity: countOrNull,
  skus: z.array(z.strictObject({ skuId: text, attributes: z.array(facts).nullable(), priceCny: moneyOrNull, stockQuantity: countOrNull, priceTiers: z.array(tier) })), firstObservedAt: time,
});
export const productsAsOfPageSchema = page(productAsOfSchema);

const lowest = z.strictObject({ skuId: textOrNull, lowestCny: money, heldFrom: time, atEndCny: moneyOrNull });
export const lowestPriceSchema = z.strictObject({ since: time, until: time, prices: z.array(lowest), tiers: z.array(lowest.extend({ minQuantity: count })) });

export const seriesSchema = z.strictObject({ points: z.array(z.strictObject({ at: time, value: z.unknown() })).meta({ description: 'Each value holds up to the next point.' }), of: count });
