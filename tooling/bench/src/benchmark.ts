/** How one of several that do the same work did. */
export interface Figure {
  readonly who: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Of many single answers: the times that 95 and 99 of 100 stay below. */
  readonly p95?: number;
  readonly p99?: number;
  /** `ms`, `rows/s`, `MB` … */
  readonly unit: string;
}

/** Without limits: measured and shown, and as good as it is. */
export interface Goal {
  readonly min?: number;
  readonly max?: number;
}

export interface BenchmarkOptions {
  /** How much work; without it the size the goals are stated for. */
  readonly rows: number | null;
  /** How often each is measured; null takes the benchmark's own number. */
  readonly runs: number | null;
  /** A folder with real words, or null: then words are generated. */
  readonly data: string | null;
  /** A file of judged queries instead of the one below `data`, or null. */
  readonly pairs: string | null;
  readonly signal: AbortSignal;
  /** Says what is being done. */
  readonly say: (sentence: string) => void;
}

export interface Measured {
  /** What `size` counts is the benchmark's own: rows, pictures, processes. */
  readonly size: number;
  readonly runs: number;
  readonly figures: readonly Figure[];
  /** Us against a peer or a limit, by the keys of `goals`. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** One comparison that a goal is stated for. */
export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  readonly goals: Readonly<Record<string, Goal>>;
  measure(options: BenchmarkOptions): Promise<Measured>;
}

/** True when every goal has a ratio inside its limits; a goal without one is not met. */
export function goalsMet(goals: Benchmark['goals'], ratios: Measured['ratios']): boolean {
  return Object.entries(goals).every(([key, { min = -Infinity, max = Infinity }]) => {
    const ratio = ratios[key];
    return ratio !== undefined && ratio >= min && ratio <= max;
  });
}
