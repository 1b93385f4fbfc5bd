import { isSyncError, type ErrorCode } from '@1688/core';
import { transaction } from '@1688/db';
import type { Check } from './check.ts';
import { isWorse, severities, type Evidence, type Fault, type Finding, type Report, type Severity } from './finding.ts';
import type { Observed, Scope } from './observe.ts';
import { openSession, type Session } from './session.ts';
import { saveSightings, type Sightings } from './sightings.ts';
import type { ConsistencyTarget } from './target.ts';

const mostSamples = 20;

/** Counts faults by check and class of things, and keeps the first few of each. */
export interface Tally {
  add(check: Check, found: Fault): void;
  /** The worst first; ids are `check:entity`. */
  findings(without: ReadonlySet<string>): readonly Finding[];
}

export function openTally(): Tally {
  const entries = new Map<string, Entry>();
  return {
    add(check, found) {
      const id = findingKey(check.id, found.entity);
      const entry = entries.get(id) ?? { check, entity: found.entity, severity: found.severity ?? check.severity, count: 0, fixable: 0, samples: [] };
      const severity = found.severity ?? check.severity;
      const samples = entry.samples.length < mostSamples ? [...entry.samples, { ...found.evidence, id: found.id }] : entry.samples;
      entries.set(id, {
        ...entry, samples, count: entry.count + 1, fixable: entry.fixable + (found.fixable ? 1 : 0),
        severity: isWorse(severity, entry.severity) ? severity : entry.severity,
      });
    },
    findings(without) {
      const list = [...entries].filter(([, { check }]) => !without.has(check.id)).map(([id, entry]) => toFinding(id, entry));
      return list.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
    },
  };
}

/** Under which all faults of one check in one class of things are one finding. */
export function findingKey(check: string, entity: string): string {
  return `${check}:${entity}`;
}

/** Broken things, odd values of the source not counted. */
export function countIssues(findings: readonly Finding[]): number {
  return findings.reduce((sum, { severity, count }) => sum + (severity === 'info' ? 0 : count), 0);
}

/**
 * Writes the run and its findings: one row of `consistency_findings` for each finding ever seen, opened again when it returns.
 * A finding that a full answer no longer shows is `gone`.
 * @returns null when the database takes no writes from us; the findings then keep their own ids
 */
export async function saveReport(target: ConsistencyTarget, scope: Scope, observed: Observed, report: Report, { startedAt, sightings }: { readonly startedAt: Date; readonly sightings: Sightings }): Promise<Report> {
  try {
    return await transaction(target.db, async (trx) => {
      const session = openSession(trx, target.schema);
      const runId = await insertRun(session, scope, report, startedAt);
      const findings: Finding[] = [];
      for (const finding of report.findings) findings.push({ ...finding, ...await upsertFinding(session, finding, runId) });
      const isWhole = scope.sample === 1 && scope.since === null && scope.after === '';
      if (isWhole) await closeGone(session, [...observed.answered], runId);
      await saveSightings(session, new Map([...sightings.list()].filter(([id]) => !observed.distrusted.has(id))), isWhole ? [...observed.answered] : []);
      return { ...report, runId, findings };
    });
  } catch (error) {
    if (isSyncError(error) && readOnly.has(error.code)) return report; // a replica, or a role that may only read
    throw error;
  }
}

const readOnly: ReadonlySet<ErrorCode> = new Set(['DB_READONLY', 'DB_PERMISSION']);

interface Entry {
  readonly check: Check;
  readonly entity: string;
  readonly severity: Severity;
  readonly count: number;
  readonly fixable: number;
  readonly samples: Evidence['samples'];
}

function toFinding(id: string, { check, entity, severity, count, fixable, samples }: Entry): Finding {
  const evidence = { entity, title: check.title, titleZh: check.titleZh, samples };
  return { id, check: check.id, severity, count, fix: fixable > 0 ? check.fix?.action ?? null : null, evidence, firstSeenAt: null, lastSeenAt: null, seenCount: 1 };
}

async function insertRun(session: Session, scope: Scope, { totalIssues, checked, unknown, unknowns }: Report, startedAt: Date): Promise<string> {
  const [row] = await session.rows<{ id: string }>(session.sql(
    `insert into ? (kind, status, options, counts, started_at, finished_at)
     values ('check', 'completed', ?::jsonb, ?::jsonb, ?, clock_timestamp()) returning id::text`,
    [session.named('consistency_runs'), JSON.stringify(scope), JSON.stringify({ totalIssues, checked, unknown, unknowns }), startedAt],
  ));
  return row?.id ?? '';
}

async function upsertFinding(session: Session, { id, check, severity, count, fix, evidence }: Finding, runId: string): Promise<Pick<Finding, 'id' | 'firstSeenAt' | 'lastSeenAt' | 'seenCount'>> {
  const [row] = await session.rows<{ id: string; firstSeenAt: Date; lastSeenAt: Date; seenCount: number }>(session.sql(
    `insert into ? as f (check_id, severity, fingerprint, entity, evidence, fixable, first_run_id, last_run_id)
     values (?, ?, ?, ?, ?::jsonb, ?, ?, ?)
     on conflict (fingerprint) do update set severity = excluded.severity, evidence = excluded.evidence, fixable = excluded.fixable,
       state = 'open', last_run_id = excluded.last_run_id, last_seen_at = now(), seen_count = f.seen_count + 1
     returning id::text, first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt", seen_count as "seenCount"`,
    [session.named('consistency_findings'), check, severity, id, evidence.entity, JSON.stringify({ ...evidence, count }), fix !== null, runId, runId],
  ));
  return row ?? { id, firstSeenAt: null, lastSeenAt: null, seenCount: 1 };
}

async function closeGone(session: Session, answered: readonly string[], runId: string): Promise<void> {
  await session.rows(session.sql(
    "update ? set state = 'gone' where state <> 'gone' and check_id = any(?) and last_run_id is distinct from ?",
    [session.named('consistency_findings'), answered, runId],
  ));
}
