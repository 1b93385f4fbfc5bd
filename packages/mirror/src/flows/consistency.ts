import {
  applyFixes, check as checkTarget, findPlan, planFixes, undoFixes, type BudgetLimits, type Check, type ConsistencyTarget, type Plan, type Report, type Severity, type UndoRun,
} from '@1688/consistency';
import { SyncError, type FlowOptions } from '@1688/core';
import { checksOf } from '../checks/checks-of.ts';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { given } from './import.ts';

export function consistencyTarget({ db, storage, config }: Mirror): ConsistencyTarget {
  return { db, schema: db.schema, files: storage, spares: config.file.spares ?? [] };
}

export interface CheckStoreOptions extends FlowOptions {
  /** Ids of checks. Default all. */
  readonly only?: readonly string[] | undefined;
  /** `sql` or `store`. Default both. */
  readonly kinds?: readonly Check['kind'][] | undefined;
  /** Only what was changed since then, where a check can tell. */
  readonly since?: Date | undefined;
  /** Share of the pictures, above 0 and at most 1. */
  readonly sample?: number | undefined;
  /** Ends after so much; the next check with a budget goes on with the next pictures. */
  readonly budget?: BudgetLimits | undefined;
  /** Also reads, hashes and decodes every picture. Default false. */
  readonly deep?: boolean;
}

/** Looks for everything that is broken; writes nothing but its own run and findings. */
export async function check(mirror: Mirror, options: CheckStoreOptions = {}): Promise<Report> {
  const { only, kinds, since, sample, budget, deep = false } = options;
  await using known = checksOf(mirror);
  const report = await checkTarget(consistencyTarget(mirror), { deep, checks: known.checks, ...defined({ only, kinds, since, sample, budget }), ...given(options) });
  mirror.log.info({ findings: report.findings.length, unknown: report.unknown }, 'check ended');
  return report;
}

export interface ListedCheck {
  readonly id: string;
  readonly title: string;
  readonly titleZh: string;
  readonly severity: Severity;
  readonly kind: 'sql' | 'store';
  readonly deep: boolean;
  /** What a fix does, in one word, or null. */
  readonly fix: string | null;
}

/** Every check there is, those of the configuration among them. */
export async function listChecks(mirror: Mirror): Promise<readonly ListedCheck[]> {
  await using known = checksOf(mirror);
  return known.checks.map(({ id, title, titleZh, severity, kind, deep, fix: mends }) => ({ id, title, titleZh, severity, kind, deep, fix: mends?.action ?? null }));
}

export interface FixResult {
  readonly plan: string;
  /** Null until the plan is applied. */
  readonly run: string | null;
  readonly actions: readonly { readonly finding: string; readonly action: string; readonly target: string; readonly done: boolean; readonly note: string | null }[];
  readonly refused: Plan['refused'];
}

/** Plans fixes for what a check finds now, or takes a plan by its id; with `apply`, does them. */
export async function fix(mirror: Mirror, options: FlowOptions & { readonly plan?: string | undefined; readonly apply?: boolean; readonly force?: boolean } = {}): Promise<FixResult> {
  const { apply = false, force = false } = options;
  await using known = checksOf(mirror);
  const { checks } = known;
  const plan = options.plan === undefined ? await newPlan(mirror, options, { checks, force, apply }) : await knownPlan(mirror, options.plan);
  if (!apply || plan.actions.length === 0) {
    return { plan: plan.id, run: null, actions: plan.actions.map(({ finding, action, target }) => ({ finding, action, target, done: false, note: null })), refused: plan.refused };
  }
  const run = await applyFixes(consistencyTarget(mirror), plan, { checks, force, ...given(options) });
  mirror.log.warn({ plan: plan.id, run: run.id, actions: run.actions.length }, 'fixes applied');
  return { plan: plan.id, run: run.id, actions: run.actions.map(({ finding, action, target, done, note }) => ({ finding, action, target, done, note })), refused: plan.refused };
}

/** Takes a run of fixes back where nothing has changed since. */
export async function undoFix(mirror: Mirror, run: string, options: FlowOptions = {}): Promise<UndoRun> {
  return undoFixes(consistencyTarget(mirror), run, given(options));
}

async function newPlan(mirror: Mirror, options: FlowOptions, { checks, force, apply }: { readonly checks: readonly Check[]; readonly force: boolean; readonly apply: boolean }): Promise<Plan> {
  const report = await checkTarget(consistencyTarget(mirror), { deep: true, checks, ...given(options) });
  const blind = report.unknowns.find((each) => each.count === null && checks.some(({ id, kind }) => id === each.check && kind === 'store'));
  if (apply && blind) {
    throw new SyncError('FIX_GUARD', `Nothing is mended while the picture store cannot be trusted: ${blind.reason}`, { hint: 'Mount the right store, then check again.' });
  }
  return planFixes(consistencyTarget(mirror), report, { force, checks, ...given(options) });
}

async function knownPlan(mirror: Mirror, id: string): Promise<Plan> {
  const plan = await findPlan(consistencyTarget(mirror), id);
  if (plan) return plan;
  throw new SyncError('NOT_FOUND', `Expected a plan with the id ${JSON.stringify(id)}, found none.`, { hint: 'Make one with "1688sync fix".' });
}
