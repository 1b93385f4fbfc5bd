import { z } from 'zod';
import { moneySchema } from './money.ts';

export const priceTierSchema = z.object({
  minQuantity: z.number().int('a whole number of pieces').positive('at least 1 piece').max(2_147_483_647),
  priceCny: moneySchema,
});

/** One step of a tiered price (阶梯价): `priceCny` holds from `minQuantity` pieces upward. */
export type PriceTier = z.infer<typeof priceTierSchema>;

/**
 * Unit price when `quantity` pieces are ordered at once.
 * @param tiers in any order; an empty list means the price is on request (面议)
 * @param quantity pieces, at least 1
 * @returns yuan as a decimal string, or null below the first tier
 */
export function tierPriceCny(tiers: readonly PriceTier[], quantity: number): string | null {
  const reached = tiers.filter((tier) => tier.minQuantity <= quantity);
  return reached.toSorted((a, b) => b.minQuantity - a.minQuantity)[0]?.priceCny ?? null;
}
