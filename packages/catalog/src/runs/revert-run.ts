import { SyncError, throwIfAborted, type FlowOptions, type SyncRecord } from '@1688/core';
import { claimScope, quoteName, syncRecords, toSyncError, transaction, withClient, type Database, type StoredSyncRecord } from '@1688/db';
import { appendChanges } from '../import/change-rows.ts';
import { revertBatch, type RevertedBatch, type RevertTarget } from './revert-batch.ts';
import type { KeptValue } from './revert-product.ts';

export interface RevertOptions extends FlowOptions {
  /** Count what would be put back, and write nothing. Default false. */
  readonly dryRun?: boolean;
  /** Products and suppliers in one transaction. Default 200. */
  readonly batchSize?: number;
}

export interface RevertResult {
  /** The run that put it back; null of a dry run, which has no record. */
  readonly syncRecord: SyncRecord | null;
  /** Products and suppliers of which something was put back, and how many values. */
  readonly products: number;
  readonly suppliers: number;
  readonly values: number;
  /** Products that the run had made and nobody touched since: soft-deleted, so that they can be restored. */
  readonly removed: number;
  /** Products that the run had removed. */
  readonly restored: number;
  /** Values that stay, because somebody changed them later or locked them: how many, and the first 100. */
  readonly keptCount: number;
  readonly kept: readonly KeptValue[];
}

const mostKept = 100;
type Totals = Omit<RevertResult, 'syncRecord' | 'kept'> & { readonly kept: KeptValue[] };

/**
 * Takes back a run: every value that it changed and nobody changed since is again what it was before. In batches, each one transaction
 * with its history, feed and checkpoint; one that was stopped goes on where it was. The run itself and its documents stay as they are.
 * @throws NOT_FOUND; SYNC_STATE for a run that is at work or was taken back already; LOCKED while another process takes it back
 */
export async function revertRun(db: Database, runId: string, options: RevertOptions = {}): Promise<RevertResult> {
  const { dryRun = false, batchSize = 200 } = options;
  const run = await syncRecords(db).find(runId);
  if (!run) throw new SyncError('NOT_FOUND', `Expected a run with the id ${JSON.stringify(runId.slice(0, 20))}, found none.`, { hint: 'List them with "1688sync sync list".' });
  const totals: Totals = { products: 0, suppliers: 0, values: 0, removed: 0, restored: 0, keptCount: 0, kept: [] };
  if (dryRun) {
    await checkRevertible(db, run);
    await revertAll(db, { run, revertId: '0', after: '0', totals, batchSize, options });
    return { syncRecord: null, ...totals };
  }
  await using claim = await claimScope(db, { kind: 'revert', scope: scopeOf(runId) });
  await checkRevertible(db, run);
  const stopped = await stoppedRevert(db, runId);
  const record = stopped ? await syncRecords(db).resume(stopped.id) : await syncRecords(db).start({ kind: 'revert', scope: claim.scope, options: { runId } });
  Object.assign(totals, stopped?.checkpoint?.['totals'] ?? {});
  try {
    await revertAll(db, { run, revertId: record.id, after: String(stopped?.checkpoint?.['after'] ?? '0'), totals, batchSize, options });
    return { syncRecord: await syncRecords(db).complete(record.id), ...totals };
  } catch (error) {
    const failure = toSyncError(error, `Taking back run ${runId}`);
    const closed = failure.code === 'ABORTED' ? syncRecords(db).cancel(record.id) : syncRecords(db).fail(record.id, failure);
    await closed.catch(() => {}); // the caller hears of the failure that came first
    throw failure;
  }
}

/** Whether a run has been taken back, by the last revert of it that ended well and was not taken back itself. @returns its id, or null */
export async function revertOf(db: Database, runId: string): Promise<string | null> {
  for await (const last of syncRecords(db).list({ kind: 'revert', scope: scopeOf(runId), status: 'completed', limit: 1 })) return (await revertOf(db, last.id)) === null ? last.id : null;
  return null;
}

function scopeOf(runId: string): string {
  return `run:${runId}`;
}

/** All runs that took this one back, and those that took them back, and so on. */
async function revertChain(db: Database, runId: string): Promise<string[]> {
  const chain: string[] = [];
  for await (const { id } of syncRecords(db).list({ kind: 'revert', scope: scopeOf(runId) })) chain.push(id, ...(await revertChain(db, id)));
  return chain;
}

async function checkRevertible(db: Database, { id, status }: StoredSyncRecord): Promise<void> {
  if (status === 'running') throw new SyncError('SYNC_STATE', `Expected run ${id} to have ended, but it is running.`, { hint: `Wait until it ends, or stop it with: 1688sync sync cancel ${id}`, details: { status } });
  const done = await revertOf(db, id);
  if (done !== null) throw new SyncError('SYNC_STATE', `Run ${id} was taken back already, by run ${done}.`, { hint: `To have its values again, take back run ${done}: 1688sync sync revert ${done}`, details: { revertedBy: done } });
}

async function stoppedRevert(db: Database, runId: string): Promise<StoredSyncRecord | null> {
  for await (const last of syncRecords(db).list({ kind: 'revert', scope: scopeOf(runId), limit: 1 })) return last.status === 'completed' ? null : last;
  return null;
}

interface Reverting {
  readonly run: StoredSyncRecord;
  readonly revertId: string;
  readonly after: string;
  readonly totals: Totals;
  readonly batchSize: number;
  readonly options: RevertOptions;
}

async function revertAll(db: Database, { run, revertId, after, totals, batchSize, options }: Reverting): Promise<void> {
  const { signal, onProgress, dryRun = false } = options;
  const ignored = await revertChain(db, run.id);
  let read = 0;
  for (let seq = after; ;) {
    throwIfAborted(signal, 'Taking back a run');
    const page = await targetsAfter(db, run.id, seq, batchSize);
    const last = page.at(-1);
    if (!last) return;
    let next: Totals = totals;
    await transaction(db, (trx) => withClient(trx, async (client) => {
      const batch = await revertBatch({ trx, client, schema: db.schema, runId: run.id, revertId, ignored, dryRun }, page);
      next = added(totals, batch);
      if (dryRun) return;
      const updated = next.products + next.suppliers + next.removed + next.restored;
      await syncRecords(trx).progress(revertId, { counts: { read: updated, updated }, checkpoint: { after: last.seq, totals: next } });
      await appendChanges(client, db.schema, batch.changes, revertId);
    }), signal ? { signal } : {});
    Object.assign(totals, next);
    seq = last.seq;
    onProgress?.({ done: (read += page.length), unit: 'rows' });
  }
}

function added(before: Totals, batch: RevertedBatch): Totals {
  const sum = (key: 'products' | 'suppliers' | 'values' | 'removed' | 'restored'): number => before[key] + batch[key];
  return {
    products: sum('products'), suppliers: sum('suppliers'), values: sum('values'), removed: sum('removed'), restored: sum('restored'),
    keptCount: before.keptCount + batch.kept.length, kept: [...before.kept, ...batch.kept].slice(0, mostKept),
  };
}

/** What the run touched, each where it did so first. */
async function targetsAfter(db: Database, runId: string, after: string, limit: number): Promise<(RevertTarget & { readonly seq: string })[]> {
  const s = quoteName(db.schema);
  const { rows } = await db.knex.raw<{ rows: (RevertTarget & { seq: string })[] }>(
    `select seq, entity, source_id as "sourceId" from ${s}.changes c
     where sync_record_id = ? and seq > ? and not exists (select from ${s}.changes e where e.source_id = c.source_id and e.entity = c.entity and e.sync_record_id = c.sync_record_id and e.seq < c.seq)
     order by seq limit ?`, [runId, after, limit]);
  return rows;
}
