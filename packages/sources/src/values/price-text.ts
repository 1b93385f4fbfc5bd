import { compareMoney, moneySchema, moneyUnits, normalizeMoney } from '@1688/core';

/** What a price text says. `max` is undefined where only the lowest price is told (¥12起). */
export interface PriceRange {
  readonly min: string;
  readonly max: string | undefined;
}

const number = String.raw`(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(万)?元?`;
const pattern = new RegExp(String.raw`^¥?${number}(?:[-–—~至到]¥?${number})?(起|起批|以上|\+)?(?:[\/每]\p{L}{1,4})?$`, 'u');
/** How most sources write most prices; what it matches needs no folding. */
const plainPrice = /^(?:0|[1-9]\d{0,9})(?:\.\d{1,4})?$/;
const onRequest = /面议|电议|议价|询价|待定|登[录陆]|会员可见|暂无|on request|negotiable|login/i;

/**
 * Reads a price as sources write it: `57`, `47.0`, `¥1,234.5`, `125-128`, `¥12起`, `12.00元/件`.
 * @returns yuan in one spelling; null when the price is on request (面议) or hidden until login; undefined when this is no price
 */
export function parsePrice(text: string): PriceRange | null | undefined {
  if (plainPrice.test(text)) {
    const sum = normalizeMoney(text);
    return { min: sum, max: sum };
  }
  const folded = text.normalize('NFKC').trim().replace(/CNY|RMB|人民币/gi, '').replace(/(?<!\d)\s+|\s+(?!\d)/g, '');
  if (folded === '' || /^(?:null|none|undefined|-+|¥?\?+)$/i.test(folded) || (!/\d/.test(folded) && onRequest.test(folded))) return null;
  const match = pattern.exec(folded);
  if (!match) return undefined;
  const low = yuan(match[1]!, match[2]);
  const high = match[3] === undefined ? low : yuan(match[3], match[4]);
  if (low === undefined || high === undefined) return undefined;
  const [min, max] = compareMoney(low, high) <= 0 ? [low, high] : [high, low];
  return { min, max: match[5] !== undefined && match[3] === undefined ? undefined : max };
}

/** Lowest and highest of some sums in one spelling, or null without any. */
export function spread(prices: Iterable<string | null | undefined>): { min: string; max: string } | null {
  let min: string | undefined;
  let max: string | undefined;
  for (const price of prices) {
    if (price == null) continue;
    if (min === undefined || compareMoney(price, min) < 0) min = price;
    if (max === undefined || compareMoney(price, max) > 0) max = price;
  }
  return min === undefined || max === undefined ? null : { min, max };
}

function yuan(digits: string, tenThousand: string | undefined): string | undefined {
  const plain = digits.replaceAll(',', '').replace(/^\./, '0.').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '').replace(/^0+(?=\d)/, '');
  if (!moneySchema.safeParse(plain).success) return undefined;
  const sum = tenThousand === undefined ? plain : `${moneyUnits(plain)}`;
  return moneySchema.safeParse(sum).success ? normalizeMoney(sum) : undefined;
}
