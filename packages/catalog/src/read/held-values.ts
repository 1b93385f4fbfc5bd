import type { HistoryField } from '@1688/db';
import type { Timeline, ValueChange } from '../time/timeline.ts';
import type { HeldRegister } from './history-points.ts';

/** What a register held inside a range, the first value cut off at its beginning. */
export function heldWithin(line: Timeline, from: number, to: number): ValueChange[] {
  const held = line.filter(({ at }, index) => at <= to && (line[index + 1]?.at ?? Infinity) > from);
  return held.map(({ at, value }) => ({ at: Math.max(at, from), value }));
}

/** A register that never moved and was never told is there as well; null for a SKU that the product never had. */
export function lineOf(registers: readonly HeldRegister[], skuId: string | null, field: HistoryField): Timeline | null {
  return registers.find((register) => register.skuId === skuId && register.field === field)?.line ?? null;
}
