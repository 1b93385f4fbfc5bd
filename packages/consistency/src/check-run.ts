import { SyncError, type FlowOptions } from '@1688/core';
import { allChecks } from './all-checks.ts';
import { readCatalog } from './catalog.ts';
import type { Budget, BudgetLimits } from './budget.ts';
import type { Check } from './check.ts';
import type { Report } from './finding.ts';
import { isOurModel } from './known-model.ts';
import { observe, sampledScope } from './observe.ts';
import { countIssues, openTally, saveReport } from './report.ts';
import { openSightings } from './sightings.ts';
import { openSession } from './session.ts';
import type { ConsistencyTarget } from './target.ts';

export interface CheckOptions extends FlowOptions {
  /** Ids of the checks to run. Default all. */
  readonly only?: readonly string[];
  /** Share of the stored pictures to look at, above 0 and at most 1. Default 1. */
  readonly sample?: number;
  /** Also reads the bytes of the pictures. Default false. */
  readonly deep?: boolean;
  /** Only checks of these kinds: `sql` reads the database alone, `store` the picture store too. Default both. */
  readonly kinds?: readonly Check['kind'][];
  /** Only what was made or changed since then, where a check can tell. A hint for speed: findings elsewhere are not closed. */
  readonly since?: Date;
  /**
   * Ends after so much time, or so many bytes of pictures. The next check with a budget goes on with the pictures behind the last one that
   * this one looked at, so that many short checks see all of them.
   */
  readonly budget?: BudgetLimits;
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
  const { only, kinds, sample = 1, deep = false, graceMs, since, budget: limits, checks = allChecks } = options;
  const startedAt = new Date();
  const scope = { ...sampledScope(sample, deep, graceMs), since: since?.toISOString() ?? null, after: limits ? await lastCursor(target) : '', budgeted: limits !== undefined };
  const wanted = chosen(checks, only).filter(({ kind }) => kinds?.includes(kind) ?? true);
  const tally = openTally();
  const sightings = openSightings();
  const observed = await observe(target, wanted, scope, async (each, found) => {
    tally.add(each, found);
    if (each.fix?.takesAway === true) sightings.add(each.id, found.id);
  }, { ...options, limits });
  const findings = tally.findings(observed.distrusted);
  const report: Report = {
    runId: null,
    totalIssues: countIssues(findings),
    findings,
    checked: observed.answered.size,
    unknown: new Set(observed.unknowns.map((each) => each.check)).size,
    unknowns: observed.unknowns,
    checks: [...observed.answered],
    unfinished: [...observed.budget.ended],
    scrubbedBytes: observed.budget.bytes,
  };
  const catalog = await readCatalog(openSession(target.db, target.schema));
  return isOurModel(catalog) ? saveReport(target, { ...scope, until: cursorOf(observed.budget, scope.after) }, observed, report, { startedAt, sightings }) : report;
}

/** Where the next one begins: behind what was looked at, or where this one would have begun. */
function cursorOf({ at, ended }: Budget, after: string): string | null {
  return (at ?? (ended.size > 0 ? after : '')) || null;
}

/** The hash that the last check with a budget came to; '' when it came to the end. */
async function lastCursor(target: ConsistencyTarget): Promise<string> {
  const session = openSession(target.db, target.schema);
  if (!isOurModel(await readCatalog(session))) return '';
  const [run] = await session.rows<{ at: string | null }>(session.sql(
    "select options ->> 'until' as at from ? where kind = 'check' and options ->> 'budgeted' = 'true' order by id desc limit 1", [session.named('consistency_runs')],
  ));
  return run?.at ?? '';
}

/** @throws ARGUMENT_INVALID for an id that no check has */
export function chosen(checks: readonly Check[], only: readonly string[] | undefined): readonly Check[] {
  const strange = only?.filter((id) => !checks.some((each) => each.id === id)) ?? [];
  if (strange.length > 0) {
    throw new SyncError('ARGUMENT_INVALID', `Expected ids of checks, received ${strange.join(', ')}.`, { hint: `Known are: ${checks.map(({ id }) => id).join(', ')}.` });
  }
  return only ? checks.filter(({ id }) => only.includes(id)) : checks;
}
