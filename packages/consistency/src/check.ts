import { SyncError } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import type { Budget } from './budget.ts';
import type { Catalog } from './catalog.ts';
import type { Fault, Judgement, Severity } from './finding.ts';
import type { ActionTarget, FixStep } from './fix-step.ts';
import type { Session } from './session.ts';
import type { SpareStore } from './spare.ts';
import type { StoreState } from './store-state.ts';

/** What a check may look at. For a check of kind `sql` the session is one read-only snapshot. */
export interface CheckContext {
  readonly session: Session;
  readonly catalog: Catalog;
  readonly files: StorageBackend;
  /** Where lost pictures may be taken from. */
  readonly spares: readonly SpareStore[];
  readonly store: StoreState;
  /** Share of the hash space that checks of the picture store look at, above 0 and at most 1. */
  readonly sample: number;
  /** Where that share begins, 0 to 1. */
  readonly sampleStart: number;
  /** Only what was made or changed since then, where a check can tell; null = everything. A hint for speed: it proves nothing about the rest. */
  readonly since: Date | null;
  /** Pictures whose hash comes after this one, and not after `until`: '' and null are the whole of them. */
  readonly after: string;
  readonly until: string | null;
  readonly budget: Budget;
  /** Objects younger than this are spared: somebody may be about to use them. */
  readonly graceMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Things that several checks judge in one pass, each once, in an order that needs no memory. */
export interface Scan<Item> {
  readonly id: string;
  open(context: CheckContext): AsyncIterable<Item>;
}

export interface Fix {
  /** One word for reports: 'recompute', 'refetch'. */
  readonly action: string;
  /** Table whose size the cap on mass fixes is a share of; null means only the fixed cap. */
  readonly population: string | null;
  readonly steps: readonly FixStep[];
  /** True when it takes away what nobody may miss yet: a thing must have been seen for the grace period before. Default false. */
  readonly takesAway?: boolean;
  /** What would mend this fault, in the order in which it must happen. No entry = it cannot be mended. */
  plan(context: CheckContext, found: Fault): Promise<readonly ActionTarget[]>;
}

/** How a check is written. Give either `find`, or `scan` and `judge`. */
export interface CheckDefinition<Item> {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly title: string;
  readonly titleZh: string;
  readonly severity: Severity;
  /** `sql` reads the database alone; `store` also the picture store, and is unknown while that cannot be trusted. */
  readonly kind: 'sql' | 'store';
  /** Runs only with `deep`. Default false. */
  readonly deep?: boolean;
  /** Tables and columns (`table.column`) without which the check does not apply to a schema. Default none. */
  readonly needs?: readonly string[];
  /** Yields what is broken or could not be judged, as it is met. */
  readonly find?: (context: CheckContext) => AsyncIterable<Judgement>;
  readonly scan?: Scan<Item>;
  readonly judge?: (context: CheckContext, item: Item) => Promise<Judgement | null>;
  /** Null when only a person can decide. */
  readonly fix?: Fix | null;
}

/** A check that is ready to run. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly titleZh: string;
  readonly severity: Severity;
  readonly kind: 'sql' | 'store';
  readonly deep: boolean;
  readonly needs: readonly string[];
  readonly scan: Scan<unknown> | null;
  readonly judge: ((context: CheckContext, item: unknown) => Promise<Judgement | null>) | null;
  readonly fix: Fix | null;
  find(context: CheckContext): AsyncIterable<Judgement>;
}

/**
 * Makes a check, also one of your own for `check(target, { checks: [...allChecks, yours] })`.
 * @throws ARGUMENT_INVALID
 */
export function defineCheck<Item = never>(definition: CheckDefinition<Item>): Check {
  const { id, title, titleZh, severity, kind, deep = false, needs = [], find, scan, judge, fix = null } = definition;
  if (!/^[a-z][a-z0-9-]*$/.test(id)) {
    throw new SyncError('ARGUMENT_INVALID', `Expected a check id in kebab-case, received ${JSON.stringify(id)}.`);
  }
  const own = { id, title, titleZh, severity, kind, deep, needs, fix };
  if (find && !scan && !judge) return { ...own, find, scan: null, judge: null };
  if (!find && scan && judge) {
    const judgeAny = (context: CheckContext, item: unknown): Promise<Judgement | null> => judge(context, item as Item); // only ever given what `scan` yields
    return { ...own, scan, judge: judgeAny, find: (context) => judged(context, scan, judge) };
  }
  throw new SyncError('ARGUMENT_INVALID', `Expected check "${id}" to have either find, or scan and judge.`);
}

async function* judged<Item>(context: CheckContext, scan: Scan<Item>, judge: (context: CheckContext, item: Item) => Promise<Judgement | null>): AsyncGenerator<Judgement> {
  for await (const item of scan.open(context)) {
    const judgement = await judge(context, item);
    if (judgement) yield judgement;
  }
}
