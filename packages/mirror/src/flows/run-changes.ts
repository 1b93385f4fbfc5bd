import { SyncError, type FlowOptions } from '@1688/core';
import { revertOf, revertRun, runChanges, runSummary, type RevertResult, type RunSummary } from '@1688/catalog';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { given } from './import.ts';
import { getSyncRecord, type ChangePage } from './sync-records.ts';

export interface RunDifference extends RunSummary, ChangePage {
  readonly runId: string;
  /** The run that took this one back, or null. */
  readonly revertedBy: string | null;
}

export interface DiffRunOptions {
  /** Only entries after this one: the `nextSince` of the page before. */
  readonly since?: bigint | undefined;
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a run changed: counts of all of it, and a page of entries with before and after. @throws NOT_FOUND */
export async function diffRun(mirror: Mirror, runId: string, { since = 0n, limit = 100, signal }: DiffRunOptions = {}): Promise<RunDifference> {
  const { id } = await getSyncRecord(mirror, runId);
  const items: ChangePage['items'][number][] = [];
  for await (const { seq, ...change } of runChanges(mirror.db, id, { since, limit, ...defined({ signal }) })) items.push({ seq: seq.toString(), ...change });
  return { runId: id, revertedBy: await revertOf(mirror.db, id), ...(await runSummary(mirror.db, id)), items, nextSince: items.at(-1)?.seq ?? since.toString() };
}

/** Puts back what a run changed and nobody changed since; see `revertRun` of `@1688/catalog`. @throws NOT_FOUND, SYNC_STATE, LOCKED, ABORTED */
export async function revertSync(mirror: Mirror, runId: string, options: FlowOptions & { readonly dryRun?: boolean | undefined } = {}): Promise<RevertResult> {
  if (!/^\d{1,18}$/.test(runId)) throw new SyncError('NOT_FOUND', `Expected a run with the id ${JSON.stringify(runId.slice(0, 20))}, found none.`, { hint: 'List them with "1688sync sync list".' });
  const result = await revertRun(mirror.db, runId, { ...given(options), ...defined({ dryRun: options.dryRun }) });
  mirror.log.info({ ...result, kept: undefined, runId, syncRecord: undefined, syncRecordId: result.syncRecord?.id ?? null }, 'run taken back');
  return result;
}
