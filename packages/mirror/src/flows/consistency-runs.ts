import { SyncError } from '@1688/core';
import { findPlan, type Plan } from '@1688/consistency';
import { quoteName } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';
import type { ListPage } from './products.ts';

export const consistencyKinds = ['check', 'plan', 'fix', 'undo'] as const;
export type ConsistencyKind = (typeof consistencyKinds)[number];

/** One check, plan, fix or undo. */
export interface ConsistencyRun {
  readonly id: string;
  readonly kind: ConsistencyKind;
  readonly status: string;
  readonly counts: Readonly<Record<string, unknown>>;
  /** A plan names its check (`checkRunId`), a fix its plan (`planId`), an undo its fix (`runId`). */
  readonly options: Readonly<Record<string, unknown>>;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** Something broken that a check saw, with when it was seen first and last. */
export interface ListedFinding {
  readonly id: string;
  readonly check: string;
  readonly severity: string;
  readonly state: 'open' | 'fixed' | 'gone';
  readonly entity: string | null;
  readonly fixable: boolean;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly lastRunId: string | null;
}

/** Runs, the newest first. */
export async function listConsistencyRuns({ db }: Mirror, options: { readonly kind?: ConsistencyKind | undefined; readonly limit?: number; readonly cursor?: string | undefined } = {}): Promise<ListPage<ConsistencyRun>> {
  const { kind, limit = 20, cursor } = options;
  const { rows } = await db.knex.raw<{ rows: ConsistencyRun[] }>(
    `select id::text, kind, status, counts, options, started_at as "startedAt", finished_at as "finishedAt" from ${quoteName(db.schema)}.consistency_runs
     where (cast(:kind as text) is null or kind = :kind) and (cast(:before as bigint) is null or id < :before) order by id desc limit :limit`,
    { kind: kind ?? null, before: cursor === undefined ? null : checkCursor(cursor), limit: limit + 1 } as never);
  return paged(rows, limit);
}

/** @throws NOT_FOUND */
export async function getConsistencyRun(mirror: Mirror, id: string, kind: ConsistencyKind): Promise<ConsistencyRun> {
  if (/^[1-9]\d{0,17}$/.test(id)) {
    const { items: [run] } = await listConsistencyRuns(mirror, { kind, limit: 1, cursor: (BigInt(id) + 1n).toString() });
    if (run?.id === id) return run;
  }
  throw new SyncError('NOT_FOUND', `Expected a ${kind} with the id ${JSON.stringify(id)}, found none.`);
}

/** Findings, the newest first. Default: those that are open. */
export async function listFindings({ db }: Mirror, options: { readonly state?: 'open' | 'fixed' | 'gone' | undefined; readonly check?: string | undefined; readonly run?: string | undefined; readonly limit?: number; readonly cursor?: string | undefined } = {}): Promise<ListPage<ListedFinding>> {
  const { state = 'open', check, run, limit = 50, cursor } = options;
  const { rows } = await db.knex.raw<{ rows: ListedFinding[] }>(
    `select id::text, check_id as "check", severity, state, entity, fixable, evidence, first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt", last_run_id::text as "lastRunId"
     from ${quoteName(db.schema)}.consistency_findings
     where state = :state and (cast(:check as text) is null or check_id = :check) and (cast(:run as bigint) is null or last_run_id = :run)
       and (cast(:before as bigint) is null or id < :before) order by id desc limit :limit`,
    { state, check: check ?? null, run: run === undefined ? null : checkCursor(run), before: cursor === undefined ? null : checkCursor(cursor), limit: limit + 1 } as never);
  return paged(rows, limit);
}

/** A plan as it was made: the very rows that it would touch. @throws NOT_FOUND */
export async function getPlan({ db, storage }: Mirror, id: string): Promise<Plan> {
  const plan = await findPlan({ db, schema: db.schema, files: storage }, id);
  if (plan) return plan;
  throw new SyncError('NOT_FOUND', `Expected a plan with the id ${JSON.stringify(id)}, found none.`, { hint: 'Make one with "1688sync fix".' });
}

function checkCursor(cursor: string): string {
  if (/^\d{1,18}$/.test(cursor)) return cursor;
  throw new SyncError('ARGUMENT_INVALID', `Expected a cursor from the page before, received ${JSON.stringify(cursor)}.`, { hint: 'Leave it out to start at the first page.' });
}

function paged<Item extends { readonly id: string }>(rows: readonly Item[], limit: number): ListPage<Item> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
