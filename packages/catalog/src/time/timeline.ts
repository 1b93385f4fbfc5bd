import { sameValue, type FieldValue } from '@1688/db';

/** From `at`, in milliseconds since 1970, to the next change the value holds. */
export interface ValueChange {
  readonly at: number;
  readonly value: FieldValue;
}

/** Rising, no two of one moment, no two neighbours of one value. Before the first nothing is known. */
export type Timeline = readonly ValueChange[];

/** A stored value with the period in which it held. */
export interface Period {
  readonly value: FieldValue;
  readonly from: number;
  readonly to: number;
}

/**
 * Each value held from the end of the one before it, whatever its own beginning says, the first one from `first`.
 * @param periods oldest first
 */
export function timelineOf(periods: readonly Period[], current: FieldValue, first = periods[0]?.from ?? 0): Timeline {
  const values = [...periods, { value: current, to: Infinity }].filter(({ to }) => to > first);
  return joined(values.map(({ value }, index) => ({ at: index === 0 ? first : (values[index - 1]!.to), value })));
}

/** Undefined where nothing is known. */
export function valueAt(line: Timeline, time: number): FieldValue | undefined {
  return line.findLast(({ at }) => at <= time)?.value;
}

/** All but the last value, which holds still. */
export function periodsOf(line: Timeline): Period[] {
  return line.slice(0, -1).map(({ at, value }, index) => ({ value, from: at, to: line[index + 1]!.at }));
}

/** As a timeline: of two changes of one moment the later counts. */
export function joined(changes: readonly ValueChange[]): Timeline {
  const kept = changes.filter(({ at }, index) => at !== changes[index + 1]?.at);
  const line: ValueChange[] = [];
  for (const change of kept) {
    const last = line.at(-1);
    if (!last || !sameValue(last.value, change.value)) line.push(change);
  }
  return line;
}
