import { randomInt } from 'node:crypto';
import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { openBudget, type Budget, type BudgetLimits } from './budget.ts';
import { has, readCatalog, type Catalog } from './catalog.ts';
import type { Check, CheckContext } from './check.ts';
import type { Unknown } from './finding.ts';
import { judgeAll, type Sink } from './judge-all.ts';
import { openSession } from './session.ts';
import { readStoreState, type StoreState } from './store-state.ts';
import { unknownLedger } from './unknown-ledger.ts';
import type { ConsistencyTarget } from './target.ts';

/** What decides where checks look. */
export interface Scope {
  readonly deep: boolean;
  readonly sample: number;
  readonly sampleStart: number;
  readonly graceMs: number;
  /** ISO 8601, or null. */
  readonly since: string | null;
  readonly after: string;
  readonly until: string | null;
  /** Whether the next check with a budget goes on behind `until`. */
  readonly budgeted: boolean;
}

export interface Observed {
  readonly store: StoreState;
  /** Ids of the checks with a full answer. */
  readonly answered: ReadonlySet<string>;
  /** Ids of checks whose faults must be forgotten: the store went away while they ran. */
  readonly distrusted: ReadonlySet<string>;
  readonly unknowns: readonly Unknown[];
  /** What was spent, and which checks it ended. */
  readonly budget: Budget;
}

export function wholeScope(graceMs = 3_600_000): Scope {
  return { deep: false, sample: 1, sampleStart: 0, graceMs, since: null, after: '', until: null, budgeted: false };
}

/** A part of the hash space that begins anywhere. */
export function sampledScope(sample: number, deep: boolean, graceMs?: number): Scope {
  if (!(sample > 0 && sample <= 1)) {
    throw new SyncError('ARGUMENT_INVALID', `Expected a sample above 0 and at most 1, received ${sample}.`, { hint: '0.01 looks at one picture in a hundred.' });
  }
  return { ...wholeScope(graceMs), deep, sample, sampleStart: sample === 1 ? 0 : randomInt(1_000_000) / 1_000_000 };
}

interface ObserveOptions extends FlowOptions {
  readonly limits?: BudgetLimits | undefined;
}

/** Runs checks one after another; those that share a scan run in one pass. */
export async function observe(target: ConsistencyTarget, checks: readonly Check[], scope: Scope, sink: Sink, { signal, onProgress, limits }: ObserveOptions): Promise<Observed> {
  const budget = openBudget(limits);
  const session = openSession(target.db, target.schema, signal);
  const catalog = await readCatalog(session);
  if (catalog.tables.size === 0) {
    throw new SyncError('NOT_FOUND', `Expected tables in schema "${target.schema}", found none.`, { hint: 'Run the migrations first, or name the right schema.' });
  }
  const store = await readStoreState(session, catalog, target.files);
  const context: CheckContext = { session, catalog, files: target.files, spares: target.spares ?? [], store, sample: scope.sample, sampleStart: scope.sampleStart, graceMs: scope.graceMs, since: scope.since ? new Date(scope.since) : null, after: scope.after ?? '', until: scope.until ?? null, budget, signal };
  const applicable = checks.filter((check) => applies(check, catalog, scope, store));
  const ledger = unknownLedger();
  const distrusted = new Set<string>();
  let done = 0;
  for (const group of grouped(applicable)) {
    throwIfAborted(signal, 'The check');
    if (budget.isSpent()) budget.end(group.map(({ id }) => id), null);
    if (budget.isSpent()) continue;
    onProgress?.({ done, total: applicable.length, unit: 'checks', note: group.map(({ id }) => id).join(', ') });
    const trusted = await judgeAll(group, context, target, ledger, sink);
    for (const { id } of trusted ? [] : group) distrusted.add(id);
    done += group.length;
  }
  onProgress?.({ done, total: applicable.length, unit: 'checks' });
  const answered = applicable.map(({ id }) => id).filter((id) => !ledger.concerns(id) && !budget.ended.has(id));
  return { store, answered: new Set(answered), distrusted, unknowns: ledger.list(), budget };
}

function applies(check: Check, catalog: Catalog, scope: Scope, store: StoreState): boolean {
  return (!check.deep || scope.deep) && has(catalog, check.needs) && (check.kind === 'sql' || store.state !== 'none');
}

/** One group a check, or a group of those that share a scan. */
function grouped(checks: readonly Check[]): readonly (readonly Check[])[] {
  const groups = Map.groupBy(checks, (check) => check.scan ?? check);
  return [...groups.values()];
}
