/** A straight line from values to pixels. */
export function linear([from, to]: readonly [number, number], [start, end]: readonly [number, number]): (value: number) => number {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** About `wanted` round values that cover the range, the lowest at or below it and the highest at or above it. */
export function roundSteps(low: number, high: number, wanted = 4): number[] {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((each) => each * power >= rough) ?? 10) * power;
  let first = Math.floor(low / step);
  let last = Math.ceil(high / step);
  if (first === last) { // one value alone: in the middle, but nothing below zero that cannot be
    first = first === 0 ? 0 : first - 1;
    last += 1;
  }
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** `count` times spread evenly, both ends included. */
export function timeSteps(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => from + ((to - from) * at) / Math.max(1, count - 1));
}
