import { throwIfAborted, type FlowOptions, type SyncRecord } from '@1688/core';
import { claimScope, groupsToJoin, joinSuppliers, quoteName, syncRecords, toSyncError, transaction, withClient, type Database, type StoredSyncRecord } from '@1688/db';
import { appendChanges } from '../import/change-rows.ts';
import type { DocumentMapper } from './document-mapper.ts';
import { remapBatch, type RemapCounts } from './remap-batch.ts';

export interface RemapOptions extends FlowOptions {
  readonly mapper: DocumentMapper;
  /** Also offers whose documents are all of the present mappers. Default false. */
  readonly all?: boolean;
  /** Count what would change, and write nothing. Default false. */
  readonly dryRun?: boolean;
  /** Offers in one transaction. Default 100. */
  readonly batchSize?: number;
}

export interface RemapResult extends RemapCounts {
  /** Null of a dry run, which has no record. */
  readonly syncRecord: SyncRecord | null;
}

const nothing: RemapCounts = { products: 0, documents: 0, changed: 0, fields: {}, rejected: 0, skipped: 0 };

/**
 * Maps the documents of the vault again, without the source: of offers with a document that an older mapper mapped, or of all. Each
 * product becomes what it would be had its documents been imported with the mappers of now, each seen when it was seen then. Locks and
 * what callers wrote stay. In batches, each one transaction with its feed and checkpoint; a run that was stopped goes on where it was.
 *
 * Limits: history stays as it was told; a supplier keeps what older mappers told of it where the new ones tell nothing.
 * @throws LOCKED while another remap is at work; ABORTED; DB_…
 */
export async function remap(db: Database, options: RemapOptions): Promise<RemapResult> {
  const { all = false, dryRun = false } = options;
  if (dryRun) return { syncRecord: null, ...(await remapAll(db, { id: '0', after: '', counts: nothing, options })) };
  await using claim = await claimScope(db, { kind: 'remap' });
  const stopped = await stoppedRemap(db, all);
  const record = stopped ? await syncRecords(db).resume(stopped.id) : await syncRecords(db).start({ kind: 'remap', scope: claim.scope, options: { all } });
  try {
    const { after = '', counts = nothing } = (stopped?.checkpoint ?? {}) as { after?: string; counts?: RemapCounts };
    const done = await remapAll(db, { id: record.id, after, counts, options });
    return { syncRecord: await syncRecords(db).complete(record.id, { status: done.rejected + done.skipped > 0 ? 'partial' : 'completed' }), ...done };
  } catch (error) {
    const failure = toSyncError(error, 'The remap');
    const closed = failure.code === 'ABORTED' ? syncRecords(db).cancel(record.id) : syncRecords(db).fail(record.id, failure);
    await closed.catch(() => {}); // the caller hears of the failure that came first
    throw failure;
  }
}

async function stoppedRemap(db: Database, all: boolean): Promise<StoredSyncRecord | null> {
  for await (const last of syncRecords(db).list({ kind: 'remap', limit: 1 })) {
    return ['interrupted', 'cancelled', 'failed'].includes(last.status) && last.options?.['all'] === all && last.checkpoint !== null ? last : null;
  }
  return null;
}

const dryRunOver = new Error('The dry run rolls back.');

function added(a: RemapCounts, b: RemapCounts): RemapCounts {
  const fields: Record<string, number> = { ...a.fields };
  for (const [field, count] of Object.entries(b.fields)) fields[field] = (fields[field] ?? 0) + count;
  return { products: a.products + b.products, documents: a.documents + b.documents, changed: a.changed + b.changed, rejected: a.rejected + b.rejected, skipped: a.skipped + b.skipped, fields };
}

interface Remapping {
  readonly id: string;
  readonly after: string;
  readonly counts: RemapCounts;
  readonly options: RemapOptions;
}

async function remapAll(db: Database, { id, after, counts, options }: Remapping): Promise<RemapCounts> {
  const { signal, onProgress, batchSize = 100, dryRun = false } = options;
  let total = counts;
  for (let last = after; ;) {
    throwIfAborted(signal, 'The remap');
    const offerIds = await offersAfter(db, last, { ...options, batchSize });
    if (offerIds.length === 0) return total;
    last = offerIds.at(-1)!;
    const before = total;
    await joining(db, id, async () => transaction(db, (trx) => withClient(trx, async (client) => {
      const batch = await remapBatch({ trx, client, id, mapper: options.mapper, dryRun }, offerIds);
      total = added(before, batch);
      if (dryRun) throw dryRunOver;
      const { products: read, changed: updated } = total;
      await syncRecords(trx).progress(id, { counts: { read, updated, unchanged: read - updated }, checkpoint: { after: last, counts: total } });
      await appendChanges(client, db.schema, batch.changes, id);
    }), signal ? { signal } : {}).catch((error: unknown) => {
      if (error !== dryRunOver) throw error;
    }));
    onProgress?.({ done: total.products + total.skipped, unit: 'rows' });
  }
}

/** Suppliers that a new mapper tells to be one become one on their own, as in an import. */
async function joining(db: Database, id: string, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      const groups = groupsToJoin(error);
      if (groups.length === 0) throw error;
      for (const ids of groups) {
        await transaction(db, async (trx) => {
          const changes = await joinSuppliers(trx, ids);
          await withClient(trx, (client) => appendChanges(client, db.schema, changes.map((change) => ({ fields: {}, ...change })), id));
        });
      }
    }
  }
}

/** In the order of source ids. */
async function offersAfter(db: Database, after: string, { mapper, all = false, batchSize }: RemapOptions & { readonly batchSize: number }): Promise<string[]> {
  const s = quoteName(db.schema);
  const { rows: profiles } = await db.knex.raw<{ rows: { profile: string }[] }>(`select distinct profile from ${s}.payloads`);
  const versions = profiles.flatMap(({ profile }) => {
    const version = mapper.versionOf(profile);
    return version === null ? [] : [{ profile, version }];
  });
  const { rows } = await db.knex.raw<{ rows: { source_id: string }[] }>(
    `select source_id from ${s}.payloads p where source_id collate "C" > ? ${all ? '' : `and exists (select from jsonb_to_recordset(?::jsonb) as v (profile text, version integer) where v.profile = p.profile and p.mapper_version < v.version)`}
     group by source_id order by source_id collate "C" limit ?`, all ? [after, batchSize] : [after, JSON.stringify(versions), batchSize]);
  return rows.map((row) => row.source_id);
}
