import { SyncError, type ErrorCode, type FlowOptions } from '@1688/core';
import { allChecks } from './all-checks.ts';
import { readCatalog } from './catalog.ts';
import type { Check } from './check.ts';
import { chosen } from './check-run.ts';
import type { Report } from './finding.ts';
import type { PlannedAction } from './fix-step.ts';
import { isOurModel } from './known-model.ts';
import { observe } from './observe.ts';
import { openDraft } from './plan-draft.ts';
import { findRun, insertPlan, loadPlan, storeIdentity, type StoreIdentity } from './run-record.ts';
import { openSession } from './session.ts';
import type { ConsistencyTarget } from './target.ts';

/** Something that a fix exists for, but that would not be mended, and why. */
export interface Refusal {
  readonly finding: string;
  readonly check: string;
  readonly code: ErrorCode;
  readonly reason: string;
  /** Things that are left as they are. */
  readonly count: number;
}

/** What `applyFixes` would do, to the row. Plain JSON. */
export interface Plan {
  /** A row of `consistency_runs`. */
  readonly id: string;
  readonly store: StoreIdentity;
  readonly actions: readonly PlannedAction[];
  readonly refused: readonly Refusal[];
}

export interface PlanOptions extends FlowOptions {
  /** Ids of checks. Default all that found something. */
  readonly only?: readonly string[];
  /** Plan more than 100 things and 0.5 % of a table for one check. Default false. */
  readonly force?: boolean;
  /** The checks there are. Default `allChecks`. */
  readonly checks?: readonly Check[];
}

/**
 * Looks again at what a check found and lists what would mend it. Nothing is changed but one new row of `consistency_runs`.
 * @param report a report, or the id of its run
 * @throws NOT_FOUND for an unknown run, REFUSED in a schema without our journal, ARGUMENT_INVALID, ABORTED
 */
export async function planFixes(target: ConsistencyTarget, report: Pick<Report, 'runId'> | string, options: PlanOptions = {}): Promise<Plan> {
  const { only, force = false, checks = allChecks, signal } = options;
  const session = openSession(target.db, target.schema, signal);
  if (!isOurModel(await readCatalog(session))) {
    throw new SyncError('REFUSED', `Expected the journal of fixes in schema "${target.schema}", found none.`, { hint: 'Only a schema that our migrations made can be mended; others can be checked.' });
  }
  const checkRun = await findRun(session, typeof report === 'string' ? report : report.runId);
  const wanted = chosen(checks, only);
  const findings = checkRun.findings.filter(({ check }) => wanted.some(({ id }) => id === check));
  const draft = openDraft(findings, { force, graceMs: checkRun.scope.graceMs });
  const mendable = wanted.filter(({ id, fix: known }) => known !== null && findings.some(({ check, fix }) => check === id && fix !== null));
  const observed = await observe(target, mendable, checkRun.scope, draft.add, options);
  for (const { check, code, reason, count } of observed.unknowns) draft.refuse(check, code, reason, count ?? 0);
  const content = { store: await storeIdentity(session), ...draft.content(observed.distrusted) };
  return { id: await insertPlan(session, content, checkRun.id), ...content };
}

/** The plan with this id, or null. */
export async function findPlan(target: ConsistencyTarget, id: string): Promise<Plan | null> {
  const session = openSession(target.db, target.schema);
  const content = await loadPlan(session, id);
  return content && { id, ...content };
}

export type PlanContent = Omit<Plan, 'id'>;
