import type { PriceTier } from '@1688/core';
import { SyncError } from '@1688/core';
import type { Connection, FieldValue } from '@1688/db';
import { heldWithin, lineOf } from './held-values.ts';
import type { HeldRegister } from './history-points.ts';
import { registersOf } from './product-history.ts';

export interface LowestPriceOptions {
  /** 1 to 3,650. Default 30, as the Price Indication Directive of the EU (Omnibus) asks. */
  readonly days?: number;
  /** Only this SKU; null: only the product as a whole. Default: both. */
  readonly skuId?: string | null;
  /** The end of those days, itself included. Default: now. */
  readonly until?: Date;
}

export interface LowestPrice {
  readonly since: Date;
  readonly until: Date;
  /** The product as a whole (its lower price) first, then SKUs; those without a price in these days are left out. */
  readonly prices: readonly LowestOf[];
  /** The same for each step of a tiered price (阶梯价), by product or SKU and rising quantity. */
  readonly tiers: readonly (LowestOf & { readonly minQuantity: number })[];
}

export interface LowestOf {
  /** Null for the product as a whole. */
  readonly skuId: string | null;
  readonly lowestCny: string;
  /** When it began to hold within these days, the first time. */
  readonly heldFrom: Date;
  /** What holds at the end; null when there is none then. */
  readonly atEndCny: string | null;
}

/**
 * The lowest prices that held in the last days, at any time of them: also one that had begun before. A price counts as long as it was
 * not superseded, and none does while the SKU was not listed.
 * @throws NOT_FOUND for an offer that was never stored, or a SKU that it never had; ARGUMENT_INVALID for days outside 1 to 3,650
 */
export async function lowestPrice(db: Connection, offerId: string, { days = 30, skuId, until = new Date() }: LowestPriceOptions = {}): Promise<LowestPrice> {
  if (!Number.isInteger(days) || days < 1 || days > 3_650) throw new SyncError('ARGUMENT_INVALID', `Expected days to be a whole number from 1 to 3,650, received ${days}.`);
  const registers = await registersOf(db, offerId);
  if (typeof skuId === 'string' && lineOf(registers, skuId, 'price') === null) throw new SyncError('NOT_FOUND', `Expected a SKU of ${offerId}, received ${JSON.stringify(skuId)}.`);
  const since = new Date(until.getTime() - days * 86_400_000);
  const wanted = registers.filter((register) => skuId === undefined || register.skuId === skuId);
  const held = (field: 'price' | 'tiers'): { skuId: string | null; quotes: Quote[] }[] =>
    wanted.filter((register) => register.field === field).map((register) => ({ skuId: register.skuId, quotes: quotesOf(register, registers, since, until) }));
  const prices = held('price').flatMap(({ skuId: sku, quotes }) => lowestOf(quotes.map(({ at, value }) => ({ at, priceCny: priceOf(value) }))).map((low) => ({ skuId: sku, ...low })));
  const tiers = held('tiers').flatMap(({ skuId: sku, quotes }) => {
    const quantities = new Set(quotes.flatMap(({ value }) => tiersOf(value)).map(({ minQuantity }) => minQuantity));
    return [...quantities].toSorted((a, b) => a - b).flatMap((minQuantity) =>
      lowestOf(quotes.map(({ at, value }) => ({ at, priceCny: tiersOf(value).find((tier) => tier.minQuantity === minQuantity)?.priceCny ?? null })))
        .map((low) => ({ skuId: sku, minQuantity, ...low })));
  });
  return { since, until, prices, tiers };
}

interface Quote {
  readonly at: number;
  readonly value: FieldValue;
}

/** Null while the SKU is not listed. */
function quotesOf({ skuId, line }: HeldRegister, registers: readonly HeldRegister[], since: Date, until: Date): Quote[] {
  const [from, to] = [since.getTime(), until.getTime()];
  const values = heldWithin(line, from, to);
  if (skuId === null) return values;
  const presence = heldWithin(lineOf(registers, skuId, 'status') ?? [], from, to);
  const moments = [...new Set([...values, ...presence].map(({ at }) => at))].toSorted((a, b) => a - b);
  return moments.map((at) => {
    const listed = presence.findLast((each) => each.at <= at)?.value ?? null;
    return { at, value: listed === null ? null : (values.findLast((each) => each.at <= at)?.value ?? null) };
  });
}

function lowestOf(quotes: readonly { readonly at: number; readonly priceCny: string | null }[]): Omit<LowestOf, 'skuId'>[] {
  const known = quotes.filter((quote): quote is { at: number; priceCny: string } => quote.priceCny !== null);
  const [first, ...others] = known;
  if (!first) return [];
  const low = others.reduce((least, quote) => (isLower(quote.priceCny, least.priceCny) ? quote : least), first);
  return [{ lowestCny: low.priceCny, heldFrom: new Date(low.at), atEndCny: quotes.at(-1)?.priceCny ?? null }];
}

/** Money has at most four decimals and ten digits before them: as whole ten-thousandths it is exact. */
function isLower(a: string, b: string): boolean {
  return Math.round(Number(a) * 10_000) < Math.round(Number(b) * 10_000);
}

function priceOf(value: FieldValue): string | null {
  if (typeof value === 'string') return value;
  const range = value as { priceMinCny?: string | null; priceMaxCny?: string | null } | null;
  return range?.priceMinCny ?? range?.priceMaxCny ?? null;
}

function tiersOf(value: FieldValue): readonly PriceTier[] {
  return Array.isArray(value) ? (value as readonly unknown[] as PriceTier[]) : [];
}
