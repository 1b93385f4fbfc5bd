import { addAbortListener } from 'node:events';
import { SyncError, throwIfAborted, type FlowOptions, type RejectedRecord, type SyncCounts, type SyncRecord } from '@1688/core';
import { quoteName, syncRecords, toSyncError, type Database } from '@1688/db';
import type { ScanResult } from '../delisting/judge-scan.ts';
import { closeScan } from '../delisting/close-scan.ts';
import { batchPipeline } from './batch-pipeline.ts';
import type { Importing } from './commit-batch.ts';
import { dryRunOf, startRun, type ImportRun } from './import-run.ts';
import { knownSuppliers } from './known-suppliers.ts';
import { preparedBatches, settled, type RecordSource } from './prepared-batches.ts';
import { seenProducts, type SeenProducts } from './seen-products.ts';
import { decodeIds } from './sighting.ts';

export interface ImportOptions extends FlowOptions {
  /** What part of the source this is, such as one supplier's shop: two imports of one scope never run at once. Default 'default'. */
  readonly scope?: string;
  /** The file or place that is read, without secrets, for the sync record. */
  readonly input?: string;
  /** How the input is read, such as the columns that were mapped by hand, for the sync record. */
  readonly reading?: Readonly<Record<string, unknown>>;
  /**
   * The records are all that the scope has, so what they lack may be gone: see `delistAfter`. A scope is whatever its imports showed;
   * `supplier:ID` and `category:ID` also claim what the tables say of that supplier or category. Default false.
   */
  readonly fullScan?: boolean;
  /** So many completed full scans of the scope, one after the other, must miss an offer before it counts as delisted. Default 2. */
  readonly delistAfter?: number;
  /** A full scan that misses a larger share of the scope's listed offers fails with SYNC_GUARD and delists nothing. 0 to 1, default 0.2. */
  readonly maxMissedShare?: number;
  /** Lets a full scan pass whatever it missed. One without any offer never passes. Default false. */
  readonly allowMassDelisting?: boolean;
  /** When the source was seen, for records that do not say so. Default: now, by the clock of the database, which all importers share. */
  readonly observedAt?: Date;
  /** Records in one transaction. Default 500. */
  readonly batchSize?: number;
  /** Skip what the last run of this scope and input committed before it was stopped. Default false: everything is compared again. */
  readonly resume?: boolean;
  /** Count what would be written, and write nothing. Default false. */
  readonly dryRun?: boolean;
  /** Keep superseded values with their periods. Default true; false is for stores that only ask what holds now, and is never mended later. */
  readonly history?: boolean;
  /** How long the run waits for a database that restarts or cannot be reached, in milliseconds. Default 60,000; 0 ends the run at once. */
  readonly reconnectMs?: number;
  /** Called for each reject, also for those beyond `rejectsKept`. */
  readonly onReject?: (rejected: RejectedRecord, error: SyncError) => void;
  /** Most rejects that are kept in the database. Default 100,000; the others are counted. */
  readonly rejectsKept?: number;
}

export interface ImportResult extends SyncCounts {
  /** As it was closed. Its id is '0' after a dry run, which has no record. */
  readonly syncRecord: SyncRecord;
  /** Of the first record that has one, or null. */
  readonly profile: string | null;
  /** Suppliers that were new. */
  readonly suppliers: number;
  /** Pictures that were new, and wait to be fetched. */
  readonly imagesQueued: number;
  /** Offers that statuses, messages or a full scan delisted (下架), and those that came back. */
  readonly delisted: number;
  readonly relisted: number;
  /** What a full scan says of its scope; null for other runs. */
  readonly scan: ScanResult | null;
  /** Records a second, from the first to the commit of the last. */
  readonly rowsPerSecond: number;
}

/**
 * Brings records into the tables, batch by batch, each in one transaction with its history, feed and checkpoint. Only what differs
 * is written. A run that was killed and is started again ends as one clean run. `read` is the sum of created, updated, unchanged,
 * rejected and duplicates; a duplicate is a record of an offer and kind that the run had met already.
 * @throws LOCKED, ABORTED, SYNC_GUARD when a full scan missed too much, SYNC_STATE when the record was closed by somebody else, what `records` throws, DB_…;
 * what was committed until then stays, and `details.syncRecordId` names the record
 */
export async function importProducts(db: Database, records: RecordSource, options: ImportOptions = {}): Promise<ImportResult> {
  const { scope = 'default', input = null, fullScan = false, resume = false, dryRun = false, reading = {} } = options;
  checkOptions(options);
  throwIfAborted(options.signal, 'The import');
  const observedAt = options.observedAt ?? (await serverTime(db));
  const start = { scope, input, fullScan, observedAt, resume, reading };
  await using run = dryRun ? dryRunOf(start) : await startRun(db, start);
  const importing = await openImport(db, run, options);
  let closed: { readonly syncRecord: SyncRecord; readonly scan: ScanResult | null };
  try {
    await importAll(importing, records);
    closed = await closeDone(importing);
  } catch (error) {
    const failure = failureOf(error, run.record.id);
    if (!dryRun) await closeFailed(importing, failure);
    throw failure;
  }
  const { counts, profile, suppliers, imagesQueued, startedAtMs } = importing;
  const rowsPerSecond = Math.round(((counts.read - run.record.read) * 1000) / Math.max(importing.endedAtMs - startedAtMs, 1));
  const delisted = importing.delisted + (closed.scan?.delisted ?? 0);
  return { ...closed, profile, ...counts, suppliers, imagesQueued, delisted, relisted: importing.relisted, rowsPerSecond };
}

async function serverTime(db: Database): Promise<Date> {
  const { rows } = await db.knex.raw<{ rows: { now: Date }[] }>(`select date_trunc('milliseconds', clock_timestamp()) as now`);
  return rows[0]?.now ?? new Date();
}

async function closeDone(importing: Importing): Promise<{ syncRecord: SyncRecord; scan: ScanResult | null }> {
  const { db, run, counts, profile, errors, options } = importing;
  importing.endedAtMs = performance.now();
  const status = counts.rejected > 0 ? 'partial' : 'completed';
  if (options.dryRun) return { syncRecord: { ...run.record, ...counts, profile, errors, status }, scan: null };
  for (const error of errors.splice(0)) await syncRecords(db).addError(run.record.id, error);
  if (options.fullScan) return closeScan(importing, status);
  return { syncRecord: await syncRecords(db).complete(run.record.id, { status }), scan: null };
}

/** The failure that ended the run is what the caller hears of, also when the record can no longer be closed. */
async function closeFailed({ db, run, errors }: Importing, failure: SyncError): Promise<void> {
  const records = syncRecords(db);
  const { id } = run.record;
  const close = async (): Promise<void> => {
    for (const error of errors) await records.addError(id, error);
    await (failure.code === 'ABORTED' ? records.cancel(id) : records.fail(id, failure));
  };
  await close().catch(() => {});
}

async function openImport(db: Database, run: ImportRun, options: ImportOptions): Promise<Importing> {
  const { read, created, updated, unchanged, rejected, duplicates, profile, id } = run.record;
  const seen = seenProducts();
  if (run.resumedFrom !== null) await restoreSeen(db, id, seen);
  const counts = { read, created, updated, unchanged, rejected, duplicates };
  return { db, run, options, seen, knownSuppliers: knownSuppliers(), startedAtMs: performance.now(), endedAtMs: 0, errors: [], counts, profile, suppliers: 0, imagesQueued: 0, delisted: 0, relisted: 0, mostAreNew: false };
}

/** What the earlier attempts of a run met stands in its sightings. */
async function restoreSeen(db: Database, syncRecordId: string, seen: SeenProducts): Promise<void> {
  for (let after = '0'; ;) {
    const { rows } = await db.knex.raw<{ rows: { id: string; kind: 'list' | 'detail' | 'message'; product_ids: Buffer }[] }>(
      `select id, kind, product_ids from ${quoteName(db.schema)}.sightings where sync_record_id = ? and id > ? order by id limit 200`, [syncRecordId, after]);
    for (const { kind, product_ids: ids } of rows) for (const id of decodeIds(ids)) seen.add(kind, id, '');
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
  }
}

/** Reads and prepares the next batch while the server works on the one before. A source that hangs does not keep a cancelled run. */
async function importAll(importing: Importing, records: RecordSource): Promise<void> {
  const { run, options } = importing;
  const { signal, batchSize = 500 } = options;
  const pipeline = batchPipeline(importing);
  const batches = preparedBatches(records, batchSize, { ...run, mostAreNew: () => importing.mostAreNew });
  const stop = AbortSignal.any([run.lost, ...(signal ? [signal] : [])]);
  let next = settled(batches.next());
  try {
    for (;;) {
      await settledOrAborted(next, stop);
      run.lost.throwIfAborted();
      throwIfAborted(signal, 'The import');
      const { done, value: batch } = (await next)();
      if (done) {
        await pipeline.end();
        return;
      }
      next = settled(batches.next());
      await pipeline.push(batch);
    }
  } finally {
    await pipeline.settle();
    const closed = next.then(() => batches.return(undefined));
    if (!stop.aborted) await closed;
    else closed.catch(() => {}); // the source may end whenever it likes, or never
  }
}

async function settledOrAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const listener = addAbortListener(signal, () => aborted.resolve());
  await Promise.race([promise, aborted.promise]);
  listener[Symbol.dispose]();
}

function failureOf(error: unknown, syncRecordId: string): SyncError {
  const { code, message, hint, retryable, details } = toSyncError(error, 'The import');
  return new SyncError(code, message, { ...(hint === undefined ? {} : { hint }), retryable, cause: error, details: { ...details, syncRecordId } });
}

function checkOptions({ batchSize = 500, scope = 'default', rejectsKept = 0, reconnectMs = 0, delistAfter = 2, maxMissedShare = 0.2 }: ImportOptions): void {
  const check = (fits: boolean, what: string, expected: string, received: unknown): void => {
    if (!fits) throw new SyncError('ARGUMENT_INVALID', `Expected ${what} to be ${expected}, received ${String(received)}.`);
  };
  check(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= 5_000, 'batchSize', 'a whole number from 1 to 5,000', batchSize);
  check(scope.length >= 1 && scope.length <= 200 && !scope.includes('\0'), 'scope', 'a text of 1 to 200 characters', JSON.stringify(scope));
  check(reconnectMs >= 0, 'reconnectMs', 'a number of 0 or more', reconnectMs);
  check(Number.isInteger(delistAfter) && delistAfter >= 1 && delistAfter <= 100, 'delistAfter', 'a whole number from 1 to 100', delistAfter);
  check(maxMissedShare >= 0 && maxMissedShare <= 1, 'maxMissedShare', 'a share from 0 to 1', maxMissedShare);
  check(rejectsKept >= 0, 'rejectsKept', 'a number of 0 or more', rejectsKept);
}
