import { SyncError } from '@1688/core';
import type { Connection, FieldValue, HistoryField } from '@1688/db';
import type { ValueChange } from '../time/timeline.ts';
import { heldWithin, lineOf } from './held-values.ts';
import { registersOf } from './product-history.ts';

export interface ProductSeriesOptions {
  /** Default `price`. */
  readonly field?: HistoryField;
  /** Null, the default, for the product as a whole. */
  readonly skuId?: string | null;
  /** Default: all that is known. */
  readonly since?: Date;
  /** Default: now. */
  readonly until?: Date;
  /** At most so many points, 2 to 10,000. Default 500. */
  readonly points?: number;
}

export interface ProductSeries {
  /** Each value holds up to the next point, the last one to the end of the range: a line of steps. */
  readonly points: readonly { readonly at: Date; readonly value: unknown }[];
  /** How many there were before points were left out. */
  readonly of: number;
}

/**
 * How one value moved, for a chart. Where there are too many points, the first, the last, and of each stretch of the range the lowest
 * and the highest number remain (of what is no number the last), so that no peak is lost.
 * @throws NOT_FOUND for an offer that was never stored, or a SKU that it never had; ARGUMENT_INVALID
 */
export async function productSeries(db: Connection, offerId: string, { field = 'price', skuId = null, since, until = new Date(), points = 500 }: ProductSeriesOptions = {}): Promise<ProductSeries> {
  if (!Number.isInteger(points) || points < 2 || points > 10_000) throw new SyncError('ARGUMENT_INVALID', `Expected points to be a whole number from 2 to 10,000, received ${points}.`);
  const line = lineOf(await registersOf(db, offerId), skuId, field);
  if (!line) throw new SyncError('NOT_FOUND', `Expected a SKU of ${offerId} and one of its fields, received ${JSON.stringify(skuId)} and ${field}.`);
  const held = heldWithin(line, since?.getTime() ?? -Infinity, until.getTime());
  return { points: thinned(held, points).map(({ at, value }) => ({ at: new Date(at), value })), of: held.length };
}

function thinned(held: readonly ValueChange[], most: number): readonly ValueChange[] {
  if (held.length <= most) return held;
  const [first, last] = [held[0]!, held.at(-1)!];
  const stretches = Math.floor((most - 2) / 2);
  const kept = new Set<ValueChange>([first, last]);
  const width = (last.at - first.at) / Math.max(stretches, 1);
  const inner = stretches === 0 ? [] : held.slice(1, -1);
  for (const stretch of Map.groupBy(inner, ({ at }) => Math.min(stretches - 1, Math.floor((at - first.at) / width))).values()) {
    const numbers = stretch.filter(({ value }) => !Number.isNaN(numberOf(value)));
    if (numbers.length === 0) kept.add(stretch.at(-1)!);
    else {
      kept.add(numbers.reduce((low, each) => (numberOf(each.value) < numberOf(low.value) ? each : low)));
      kept.add(numbers.reduce((high, each) => (numberOf(each.value) > numberOf(high.value) ? each : high)));
    }
  }
  return held.filter((each) => kept.has(each));
}

/** Of a price range the lower end; NaN for what is no number. */
function numberOf(value: FieldValue): number {
  const range = value as { priceMinCny?: string | null } | null;
  const one = range !== null && typeof range === 'object' && !Array.isArray(range) ? (range.priceMinCny ?? null) : value;
  return typeof one === 'number' || typeof one === 'string' ? Number(one) : Number.NaN;
}
