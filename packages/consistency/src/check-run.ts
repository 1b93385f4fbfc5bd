import { SyncError, type FlowOptions } from '@1688/core';
import { allChecks } from './all-checks.ts';
import { readCatalog } from './catalog.ts';
import type { Check } from './check.ts';
import type { Report } from './finding.ts';
import { isOurModel } from './known-model.ts';
import { observe, sampledScope } from './observe.ts';
import { countIssues, openTally, saveReport } from './report.ts';
import { openSession } from './session.ts';
import type { ConsistencyTarget } from './target.ts';

export interface CheckOptions extends FlowOptions {
  /** Ids of the checks to run. Default all. */
  readonly only?: readonly string[];
  /** Share of the stored pictures to look at, above 0 and at most 1. Default 1. */
  readonly sample?: number;
  /** Also reads the bytes of the pictures. Default false. */
  readonly deep?: boolean;
  /** Objects younger than this are never called stray. Default 3,600,000. */
  readonly graceMs?: number;
  /** The checks there are. Default `allChecks`. */
  readonly checks?: readonly Check[];
}

/**
 * Looks for what is broken and changes nothing but its own rows (`consistency_runs`, `consistency_findings`).
 * What cannot be seen is unknown, never broken: a time-out, no access, a store that is absent or another one.
 * @throws NOT_FOUND when the schema has no tables, ARGUMENT_INVALID, ABORTED, and what a lost database throws
 */
export async function check(target: ConsistencyTarget, options: CheckOptions = {}): Promise<Report> {
  const { only, sample = 1, deep = false, graceMs, checks = allChecks } = options;
  const startedAt = new Date();
  const scope = sampledScope(sample, deep, graceMs);
  const tally = openTally();
  const observed = await observe(target, chosen(checks, only), scope, async (each, found) => tally.add(each, found), options);
  const findings = tally.findings(observed.distrusted);
  const report: Report = {
    runId: null,
    totalIssues: countIssues(findings),
    findings,
    checked: observed.answered.size,
    unknown: new Set(observed.unknowns.map((each) => each.check)).size,
    unknowns: observed.unknowns,
    checks: [...observed.answered],
  };
  const catalog = await readCatalog(openSession(target.db, target.schema));
  return isOurModel(catalog) ? saveReport(target, scope, observed, report, startedAt) : report;
}

/** @throws ARGUMENT_INVALID for an id that no check has */
export function chosen(checks: readonly Check[], only: readonly string[] | undefined): readonly Check[] {
  const strange = only?.filter((id) => !checks.some((each) => each.id === id)) ?? [];
  if (strange.length > 0) {
    throw new SyncError('ARGUMENT_INVALID', `Expected ids of checks, received ${strange.join(', ')}.`, { hint: `Known are: ${checks.map(({ id }) => id).join(', ')}.` });
  }
  return only ? checks.filter(({ id }) => only.includes(id)) : checks;
}
