import { setTimeout as sleep } from 'node:timers/promises';
import { isSyncError, SyncError, type SyncCounts } from '@1688/core';
import { groupsToJoin, joinSuppliers, quoteName, sqlStateOf, syncRecords, syncRejects, toSyncError, transaction, withClient, type Connection, type Database } from '@1688/db';
import { appendChanges } from './change-rows.ts';
import type { ImportOptions } from './import-products.ts';
import type { ImportRun } from './import-run.ts';
import type { KnownSuppliers } from './known-suppliers.ts';
import type { Prepared } from './prepared-batches.ts';
import { isRecord, isReject, rejectedRecord, type PreparedRecord, type PreparedReject } from './prepared-record.ts';
import { withMore, type SeenProducts } from './seen-products.ts';
import { writeBatch, type BatchResult } from './write-batch.ts';

/** What changes while an import runs. */
export interface Importing {
  readonly db: Database;
  readonly run: ImportRun;
  readonly options: ImportOptions;
  readonly seen: SeenProducts;
  readonly knownSuppliers: KnownSuppliers;
  readonly startedAtMs: number;
  endedAtMs: number;
  readonly errors: { code: string; message: string }[];
  counts: SyncCounts;
  profile: string | null;
  suppliers: number;
  imagesQueued: number;
  delisted: number;
  relisted: number;
  mostAreNew: boolean;
}

/** A batch that PostgreSQL refuses is halved until the record at fault stands alone; that one is a reject. */
export async function commitBatch(importing: Importing, batch: readonly Prepared[]): Promise<void> {
  try {
    await writeWithRetries(importing, batch);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = batch;
    if (batch.length === 1 && only && !isReject(only)) {
      const refusal = toSyncError(error, `Storing offer ${only.offerId}`);
      const fault = new SyncError('FIELD_INVALID', `Expected values that PostgreSQL can store: ${refusal.message}`, { cause: error, details: refusal.details });
      await writeWithRetries(importing, [{ rejected: rejectedRecord({ ...only, document: only.payload.document }, fault), error: fault }]);
      return;
    }
    if (batch.length === 1) throw error;
    const middle = Math.ceil(batch.length / 2);
    await commitBatch(importing, batch.slice(0, middle));
    await commitBatch(importing, batch.slice(middle));
  }
}

/** Data exceptions, broken constraints and program limits: the fault is in the values; so it is where a key stays taken after all attempts. */
function isRefusal(error: unknown): boolean {
  return ['22', '23', '54'].includes((sqlStateOf(error) ?? '').slice(0, 2));
}

const attemptsAfterConflict = 5;

async function writeWithRetries(importing: Importing, batch: readonly Prepared[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await writeOnce(importing, batch);
      return;
    } catch (error) {
      if (await joinSuppliersOf(importing, error)) attempt -= 1;
      const conflict = sqlStateOf(error) === '23505' || (isSyncError(error) && error.code === 'DB_CONFLICT');
      if (!conflict || attempt === attemptsAfterConflict) throw error;
    }
  }
}

/** A server that restarts, or fails over, is back within this. */
const patienceMs = 60_000;

/** Suppliers that a record tells to be one become one on their own: the batch, which may hold products by then, must not do it. */
async function joinSuppliersOf({ db, run, options }: Importing, error: unknown): Promise<boolean> {
  const groups = groupsToJoin(error);
  for (const ids of groups) {
    await transaction(db, async (trx) => {
      const changes = await joinSuppliers(trx, ids);
      await withClient(trx, (client) => appendChanges(client, db.schema, changes.map((change) => ({ fields: {}, ...change })), run.record.id));
    }, options.signal ? { signal: options.signal } : {});
  }
  return groups.length > 0;
}

export interface WriteOptions {
  /** How often the transaction is run again by itself after a collision. */
  readonly retries?: number;
  /** How long to wait for a database that went away. */
  readonly reconnectMs?: number;
  /** Records of a batch that is still under way. */
  readonly before?: readonly PreparedRecord[];
  /** Called once the transaction wants no more locks; it goes on when this returns. */
  readonly rowsLocked?: () => Promise<void>;
}

/** Nothing but the database changes until the commit, as the transaction may be run again. */
export async function writeOnce(importing: Importing, batch: readonly Prepared[], { retries = 5, reconnectMs = importing.options.reconnectMs ?? patienceMs, before = [], rowsLocked }: WriteOptions = {}): Promise<void> {
  const { db, run, options, knownSuppliers } = importing;
  const underWay = Map.groupBy(before, ({ offerId }) => offerId);
  const seen = before.length > 0 ? withMore(importing.seen, before) : importing.seen;
  const { dryRun = false, history = true, signal, rejectsKept = 100_000 } = options;
  const rejects = batch.filter(isReject);
  const records = batch.filter(isRecord);
  const last = batch.at(-1);
  const checkpoint = last ? (isReject(last) ? last.rejected.position : last.position) : {};
  const dryRunOver = new Error('The dry run rolls back.');
  let result: Written | undefined;
  const work = transaction(db, (trx) => withClient(trx, async (client) => {
    const context = { trx, client, schema: db.schema, syncRecordId: run.record.id, scope: run.record.scope, dryRun, history, seen, knownSuppliers, underWay, ...(rowsLocked ? { rowsLocked } : {}) };
    const written = await writeBatch(context, records);
    const profile = importing.profile ?? records[0]?.profile ?? rejects[0]?.rejected.profile ?? null;
    const refused = [...rejects, ...written.unknown.map(unknownOffer)];
    const counts = sum(importing.counts, written.counts, { read: batch.length, rejected: refused.length });
    result = { batch: written, counts, profile, refused };
    if (dryRun) throw dryRunOver;
    const kept = refused.slice(0, Math.max(rejectsKept - importing.counts.rejected, 0));
    await syncRejects(trx).append(run.record.id, kept.map(({ rejected, error }) => ({ item: rejected, error })));
    await syncRecords(trx).progress(run.record.id, { counts, ...(profile === null ? {} : { profile }), checkpoint: { ...checkpoint } });
    await appendChanges(client, db.schema, written.changes, run.record.id);
  }), { retries, reconnectMs, committed: (asked) => patiently(() => wasCommitted(asked, run.record.id, importing.counts.read + batch.length), importing), ...(signal ? { signal } : {}) });
  await work.catch((error: unknown) => {
    if (error !== dryRunOver) throw error;
  });
  if (result) commit(importing, result);
}

/** A commit without an answer must be asked about until there is one, also where nothing else is tried again. */
async function patiently(ask: () => Promise<boolean>, { options: { reconnectMs = patienceMs, signal } }: Importing): Promise<boolean> {
  for (const deadline = performance.now() + reconnectMs; ;) {
    try {
      return await ask();
    } catch (error) {
      const { retryable } = toSyncError(error);
      if (!retryable || performance.now() > deadline) throw error;
      await sleep(200, undefined, signal ? { signal } : {});
    }
  }
}

/** The lock makes the server end a transaction that is still under way. */
async function wasCommitted({ knex, schema }: Connection, syncRecordId: string, read: number): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: { read_count: string }[] }>(`select read_count from ${quoteName(schema)}.sync_records where id = ? for update`, [syncRecordId]);
  return Number(rows[0]?.read_count) === read;
}

interface Written {
  readonly batch: BatchResult;
  readonly counts: SyncCounts;
  readonly profile: string | null;
  readonly refused: readonly PreparedReject[];
}

function unknownOffer(record: PreparedRecord): PreparedReject {
  const error = new SyncError('FIELD_MISSING', `Expected offer ${record.offerId} to be known before a message about it, received a message without a title.`, {
    hint: 'Import the offer itself, then run: 1688sync rejects replay',
    details: { field: 'title' },
  });
  return { rejected: rejectedRecord({ ...record, document: record.payload.document }, error), error };
}

function commit(importing: Importing, { batch, counts, profile, refused }: Written): void {
  const { options, seen, errors } = importing;
  importing.counts = counts;
  importing.mostAreNew = batch.counts.created + batch.counts.updated > batch.counts.unchanged + batch.counts.duplicates;
  importing.profile = profile;
  importing.suppliers += batch.suppliersCreated;
  importing.imagesQueued += batch.imagesQueued;
  for (const { kind } of batch.changes) if (kind === 'delisted' || kind === 'relisted') importing[kind] += 1;
  if (!options.dryRun) importing.knownSuppliers.remember(batch.standing);
  for (const { kind, id, offerId } of batch.met) seen.add(kind, options.dryRun ? null : id, offerId);
  for (const { rejected, error } of refused) {
    const { line, record } = rejected.position;
    if (errors.length < 10) errors.push({ code: error.code, message: `${line === null ? `record ${record}` : `line ${line}`}: ${error.message}` });
    options.onReject?.(rejected, error);
  }
}

function sum(before: SyncCounts, written: BatchResult['counts'], { read, rejected }: Pick<SyncCounts, 'read' | 'rejected'>): SyncCounts {
  return {
    read: before.read + read,
    created: before.created + written.created,
    updated: before.updated + written.updated,
    unchanged: before.unchanged + written.unchanged,
    rejected: before.rejected + rejected,
    duplicates: before.duplicates + written.duplicates,
  };
}
