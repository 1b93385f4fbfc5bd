import { SyncError } from '@1688/core';
import type { Finding, Severity } from './finding.ts';
import type { Scope } from './observe.ts';
import type { PlanContent } from './plan.ts';
import type { Session } from './session.ts';

/** Which store a plan was made for, and of which epoch: a restore raises it. */
export interface StoreIdentity {
  readonly id: string;
  readonly epoch: string;
}

export async function storeIdentity(session: Session): Promise<StoreIdentity> {
  const [row] = await session.rows<StoreIdentity>(session.sql('select id::text, epoch::text from ?', [session.named('store')]));
  if (!row) throw new SyncError('STORE_NOT_FOUND', `Expected one row in ${session.schema}.store, found none.`, { hint: 'Run the migrations again, or restore a backup.' });
  return row;
}

export interface CheckRun {
  readonly id: string;
  readonly scope: Scope;
  readonly findings: readonly Finding[];
}

/** @throws NOT_FOUND when no check has this id */
export async function findRun(session: Session, id: string | null): Promise<CheckRun> {
  const [run] = isId(id) ? await session.rows<{ scope: Scope }>(session.sql("select options as scope from ? where id = ? and kind = 'check'", [session.named('consistency_runs'), id])) : [];
  if (!run || id === null) {
    throw new SyncError('NOT_FOUND', `Expected the id of a check, received ${JSON.stringify(id)}.`, { hint: 'Run a check first; it tells its id.' });
  }
  const rows = await session.rows<FindingRow>(session.sql(
    "select id::text, check_id, severity, fixable, evidence, first_seen_at, last_seen_at, seen_count from ? where last_run_id = ? and state = 'open' order by id", [session.named('consistency_findings'), id],
  ));
  return { id, scope: run.scope, findings: rows.map(toFinding) };
}

export async function insertPlan(session: Session, content: PlanContent, checkRunId: string): Promise<string> {
  const [row] = await session.rows<{ id: string }>(session.sql(
    `insert into ? (kind, status, options, counts, plan, finished_at)
     values ('plan', 'completed', ?::jsonb, ?::jsonb, ?::jsonb, clock_timestamp()) returning id::text`,
    [session.named('consistency_runs'), JSON.stringify({ checkRunId }), JSON.stringify({ actions: content.actions.length, refused: content.refused.length }), JSON.stringify(content)],
  ));
  return row?.id ?? '';
}

export async function loadPlan(session: Session, id: string): Promise<PlanContent | null> {
  if (!isId(id)) return null;
  const [row] = await session.rows<{ plan: PlanContent }>(session.sql("select plan from ? where id = ? and kind = 'plan'", [session.named('consistency_runs'), id]));
  return row?.plan ?? null;
}

/** Opens the row of a run that changes something; what an earlier one left `running` is closed, as its owner is gone. */
export async function startRun(session: Session, kind: 'fix' | 'undo', options: Readonly<Record<string, string>>): Promise<string> {
  await session.rows(session.sql(
    "update ? set status = 'interrupted', finished_at = clock_timestamp() where kind in ('fix', 'undo') and status = 'running'", [session.named('consistency_runs')],
  ));
  const [row] = await session.rows<{ id: string }>(session.sql('insert into ? (kind, options) values (?, ?::jsonb) returning id::text', [session.named('consistency_runs'), kind, JSON.stringify(options)]));
  return row?.id ?? '';
}

export async function endRun(session: Session, id: string, status: 'completed' | 'failed' | 'interrupted', counts: Readonly<Record<string, number>>): Promise<void> {
  await session.rows(session.sql(
    'update ? set status = ?, counts = ?::jsonb, finished_at = clock_timestamp() where id = ?', [session.named('consistency_runs'), status, JSON.stringify(counts), id],
  ));
}

/** True for the text of a row's id; anything else is asked for in vain. */
export function isId(id: string | null): id is string {
  return id !== null && /^[1-9]\d{0,17}$/.test(id);
}

interface FindingRow {
  readonly id: string;
  readonly check_id: string;
  readonly severity: Severity;
  readonly fixable: boolean;
  readonly evidence: Finding['evidence'] & { readonly count: number };
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly seen_count: number;
}

const toFinding = ({ id, check_id, severity, fixable, evidence: { count, ...evidence }, first_seen_at, last_seen_at, seen_count }: FindingRow): Finding =>
  ({ id, check: check_id, severity, count, fix: fixable ? 'planned' : null, evidence, firstSeenAt: first_seen_at, lastSeenAt: last_seen_at, seenCount: seen_count });
