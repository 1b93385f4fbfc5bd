/** How much one check may do, and where it was ended. Checks of the picture store go on from there the next time. */
export interface Budget {
  spend(bytes: number): void;
  isSpent(): boolean;
  /** Notes checks that the budget ended, and the hash up to which pictures were looked at: '' for all, null for none. */
  end(checks: readonly string[], at: string | null): void;
  readonly bytes: number;
  readonly ended: ReadonlySet<string>;
  readonly at: string | null;
}

export interface BudgetLimits {
  readonly ms?: number | undefined;
  /** Of pictures that are read. */
  readonly bytes?: number | undefined;
}

export function openBudget({ ms = Infinity, bytes: most = Infinity }: BudgetLimits = {}): Budget {
  const until = performance.now() + ms;
  const ended = new Set<string>();
  let bytes = 0;
  let at: string | null = null;
  return {
    spend: (more) => { bytes += more; },
    isSpent: () => bytes >= most || performance.now() >= until,
    end(checks, hash) {
      for (const id of checks) ended.add(id);
      at = hash ?? at;
    },
    get bytes() { return bytes; },
    get at() { return at; },
    ended,
  };
}
