import type { Figure } from './benchmark.ts';

/** One of those that are compared. */
export interface Contender {
  readonly who: string;
  /** Does the work once and says how it went, in the unit of the comparison. */
  run(): Promise<number>;
}

/**
 * Measures all in turns, a round after the other, so that a machine that is slower for a while is slower for everybody. One round
 * before the first is thrown away.
 */
export async function interleaved(contenders: readonly Contender[], { runs, unit, signal }: { runs: number; unit: string; signal: AbortSignal }): Promise<Figure[]> {
  const taken = contenders.map(({ who }) => ({ who, values: [] as number[] }));
  for (let round = 0; round <= runs; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      signal.throwIfAborted();
      const value = await contender.run();
      if (round > 0) taken[index]?.values.push(value);
    }
  }
  return taken.map(({ who, values }) => figureOf(who, values, unit));
}

/** Several measurements of one thing. */
export function figureOf(who: string, values: readonly number[], unit: string): Figure {
  return { who, median: round(median(values)), min: round(Math.min(...values)), max: round(Math.max(...values)), unit };
}

/** The middle of the values, or of the two in the middle. NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return (low + high) / 2;
}

/** How many times `who` needs of what `against` needs, by their medians. @throws when one was not measured */
export function ratio(figures: readonly Figure[], who: string, against: string): number {
  const [above, below] = [who, against].map((name) => figures.find((figure) => figure.who === name)?.median);
  if (above === undefined || !below) throw new Error(`Expected figures of ${who} and ${against}, received ${figures.map((figure) => figure.who).join(', ')}.`);
  return round(above / below);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
