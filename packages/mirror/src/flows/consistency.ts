import { applyFixes, check as checkTarget, findPlan, planFixes, undoFixes, type Plan, type Report, type UndoRun } from '@1688/consistency';
import { SyncError, type FlowOptions } from '@1688/core';
import type { Mirror } from '../open-mirror.ts';
import { given } from './import.ts';

function targetOf({ db, storage }: Mirror): { db: Mirror['db']; schema: string; files: Mirror['storage'] } {
  return { db, schema: db.schema, files: storage };
}

/** Looks for everything that is broken; writes nothing but its own run and findings. */
export async function check(mirror: Mirror, options: FlowOptions & { readonly only?: readonly string[] | undefined; readonly deep?: boolean } = {}): Promise<Report> {
  const { only, deep = false } = options;
  const report = await checkTarget(targetOf(mirror), { deep, ...(only === undefined ? {} : { only }), ...given(options) });
  mirror.log.info({ findings: report.findings.length, unknown: report.unknown }, 'check ended');
  return report;
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
  const plan = options.plan === undefined ? await newPlan(mirror, options, force) : await knownPlan(mirror, options.plan);
  if (!apply || plan.actions.length === 0) {
    return { plan: plan.id, run: null, actions: plan.actions.map(({ finding, action, target }) => ({ finding, action, target, done: false, note: null })), refused: plan.refused };
  }
  const run = await applyFixes(targetOf(mirror), plan, { force, ...given(options) });
  mirror.log.warn({ plan: plan.id, run: run.id, actions: run.actions.length }, 'fixes applied');
  return { plan: plan.id, run: run.id, actions: run.actions.map(({ finding, action, target, done, note }) => ({ finding, action, target, done, note })), refused: plan.refused };
}

/** Takes a run of fixes back where nothing has changed since. */
export async function undoFix(mirror: Mirror, run: string, options: FlowOptions = {}): Promise<UndoRun> {
  return undoFixes(targetOf(mirror), run, given(options));
}

async function newPlan(mirror: Mirror, options: FlowOptions, force: boolean): Promise<Plan> {
  const report = await checkTarget(targetOf(mirror), { deep: true, ...given(options) });
  return planFixes(targetOf(mirror), report, { force, ...given(options) });
}

async function knownPlan(mirror: Mirror, id: string): Promise<Plan> {
  const plan = await findPlan(targetOf(mirror), id);
  if (plan) return plan;
  throw new SyncError('NOT_FOUND', `Expected a plan with the id ${JSON.stringify(id)}, found none.`, { hint: 'Make one with "1688sync fix".' });
}
