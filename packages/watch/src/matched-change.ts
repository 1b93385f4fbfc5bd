import { foldText, moneyUnits, type Change } from '@1688/core';
import type { Reason } from './alert.ts';
import type { WatchFilter } from './watch.ts';

/** What a filter asks of an offer besides its change. */
export interface OfferFacts {
  readonly title: string;
  readonly supplierId: string | null;
  readonly categoryId: string | null;
}

type Values = Readonly<Record<string, unknown>>;
interface Move { readonly before: unknown; readonly after: unknown; readonly skuId: string | null }

/** Why this filter tells of the change; empty when it does not. `cheaperElsewhere` is not judged here: it needs other offers. */
export function reasonsFor(filter: WatchFilter, change: Change, facts: OfferFacts | null): readonly Reason[] {
  if (change.entity !== 'product' || !passes(filter, change.sourceId, facts)) return [];
  const reasons: Reason[] = [];
  if (filter.newOffer && change.kind === 'created') reasons.push({ kind: 'newOffer' });
  if (filter.delisted && change.kind === 'delisted') reasons.push({ kind: 'delisted' });
  if (filter.relisted && change.kind === 'relisted') reasons.push({ kind: 'relisted' });
  const price = priceMoves(change).flatMap((move) => priceReason(filter, move)).at(0);
  if (price) reasons.push(price);
  for (const move of moves(change, 'stockQuantity')) {
    const [was, is] = [Number(move.before ?? 0), move.after === null ? null : Number(move.after)];
    if (filter.soldOut && was > 0 && is === 0) reasons.push({ kind: 'soldOut', ...texts(move) });
    if (filter.backInStock && move.before !== null && was === 0 && is !== null && is > 0) reasons.push({ kind: 'backInStock', ...texts(move) });
  }
  for (const [field, kind] of [['title', 'titleChanged'], ['sourceStatus', 'statusChanged']] as const) {
    const moved = change.fields[field];
    if (filter[kind] && moved) reasons.push({ kind, ...texts({ ...moved, skuId: null }) });
  }
  return reasons;
}

/** The lowest price after a fall, or null when the change holds none: what `cheaperElsewhere` compares. */
export function fallenPrice(change: Change): string | null {
  const [move] = priceMoves(change).filter(({ before, after }) => isMoney(before) && isMoney(after) && moneyUnits(after) < moneyUnits(before));
  return typeof move?.after === 'string' ? move.after : null;
}

function passes({ offerIds, supplierIds, categoryIds, query }: WatchFilter, offerId: string, facts: OfferFacts | null): boolean {
  if (offerIds && !offerIds.includes(offerId)) return false;
  if (supplierIds && !supplierIds.includes(facts?.supplierId ?? '')) return false;
  if (categoryIds && !categoryIds.includes(facts?.categoryId ?? '')) return false;
  const title = foldText(facts?.title ?? '');
  return query === undefined || foldText(query).split(/\s+/).every((word) => title.includes(word));
}

/** The price of the offer, else its lowest tier, else the price of each SKU: whatever this source tells. */
function priceMoves(change: Change): Move[] {
  const own = moves(change, 'priceMinCny').filter(({ skuId }) => skuId === null);
  if (own.length > 0) return own;
  const tiers = change.fields['priceTiers'];
  if (tiers) return [{ before: lowest(tiers.before), after: lowest(tiers.after), skuId: null }];
  return moves(change, 'priceCny');
}

/** How a field of the offer moved, or that of its SKUs where the offer's own did not. */
function moves({ fields }: Change, field: string): Move[] {
  const own = fields[field];
  if (own) return [{ ...own, skuId: null }];
  const skus = fields['skus'];
  if (!skus) return [];
  const before = new Map((skus.before as Values[]).map((sku) => [sku['skuId'], sku]));
  return (skus.after as Values[]).flatMap((sku) => {
    const was = before.get(sku['skuId']);
    return was && field in sku && field in was ? [{ before: was[field], after: sku[field], skuId: String(sku['skuId']) }] : [];
  });
}

function lowest(tiers: unknown): string | null {
  const prices = Array.isArray(tiers) ? (tiers as Values[]).map((tier) => tier['priceCny']).filter(isMoney) : [];
  return prices.toSorted((a, b) => (moneyUnits(a) < moneyUnits(b) ? -1 : 1))[0] ?? null;
}

function priceReason({ priceDownPercent, priceUpPercent, priceBelowCny }: WatchFilter, move: Move): Reason[] {
  const { before, after } = move;
  if (!isMoney(after)) return [];
  const is = moneyUnits(after);
  const was = isMoney(before) ? moneyUnits(before) : null;
  const below = priceBelowCny !== undefined && is < moneyUnits(priceBelowCny) && (was === null || was >= moneyUnits(priceBelowCny));
  if (below) return [{ kind: 'priceBelow', ...texts(move) }];
  if (was === null || was === 0n) return [];
  // In hundredths of a percent, so that no float decides.
  const share = ((is - was) * 10_000n) / was;
  if (priceDownPercent !== undefined && is < was && -share >= BigInt(Math.round(priceDownPercent * 100))) return [{ kind: 'priceDown', ...texts(move) }];
  if (priceUpPercent !== undefined && is > was && share >= BigInt(Math.round(priceUpPercent * 100))) return [{ kind: 'priceUp', ...texts(move) }];
  return [];
}

function isMoney(value: unknown): value is string {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);
}

function texts({ before, after, skuId }: Move): { before: string | null; after: string | null; skuId?: string } {
  const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
  return { before: text(before), after: text(after), ...(skuId === null ? {} : { skuId }) };
}
