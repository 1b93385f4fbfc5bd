import { isSyncError, type SyncError, type SyncRecord } from '@1688/core';
import { claimScope, syncRecords, type Database, type StoredSyncRecord } from '@1688/db';

export interface RunStart {
  readonly scope: string;
  readonly input: string | null;
  readonly fullScan: boolean;
  readonly observedAt: Date;
  /** Goes on with the last run of this scope and input when it did not reach its end. */
  readonly resume: boolean;
  /** How the input is read; kept as the record's options when it says anything. */
  readonly reading: Readonly<Record<string, unknown>>;
}

/** A run that holds its scope: nobody else can start one there until it is disposed, or its process is gone. */
export interface ImportRun extends AsyncDisposable {
  readonly record: SyncRecord;
  /** Number of the last record that the resumed run committed, or null. */
  readonly resumedFrom: number | null;
  /** Aborted when somebody else closed the record: its owner must stop. */
  readonly lost: AbortSignal;
}

/** Shorter than the silence after which another process takes the scope over. */
const signOfLifeEveryMs = 15_000;
const never = new AbortController().signal;

/**
 * Claims a scope and starts a sync record in it; runs of the scope that were killed are closed as interrupted. While the source is
 * slow the record gets a sign of life all the same.
 * @throws LOCKED when another run works in this scope
 */
export async function startRun(db: Database, start: RunStart): Promise<ImportRun> {
  const { scope, input, fullScan, observedAt, reading } = start;
  const options = Object.keys(reading).length > 0 ? { reading } : null;
  const claim = await claimScope(db, { kind: 'import', scope });
  try {
    const stopped = start.resume ? await stoppedRun(db, start) : null;
    const record = stopped ? await syncRecords(db).resume(stopped.id) : await syncRecords(db).start({ kind: 'import', scope, input, fullScan, observedAt, options });
    const position = stopped?.checkpoint?.['record'];
    const lost = new AbortController();
    const heart = setInterval(() => void beat(db, record.id).then((error) => error && lost.abort(error)), signOfLifeEveryMs).unref();
    const dispose = async (): Promise<void> => {
      clearInterval(heart);
      await claim.release();
    };
    return { record, resumedFrom: typeof position === 'number' ? position : null, lost: lost.signal, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

/** A dry run claims nothing and has no record. */
export function dryRunOf({ scope, input, observedAt }: RunStart): ImportRun {
  const now = new Date();
  const counts = { read: 0, created: 0, updated: 0, unchanged: 0, rejected: 0, duplicates: 0 };
  const record: SyncRecord = {
    ...counts, id: '0', kind: 'import', scope, status: 'running', profile: null, input, checkpoint: null, errors: [],
    observedAt, startedAt: now, heartbeatAt: now, finishedAt: null,
  };
  return { record, resumedFrom: null, lost: never, async [Symbol.asyncDispose]() {} };
}

/** A full scan goes on as one, and nothing else becomes one half-way. */
async function stoppedRun(db: Database, { scope, input, fullScan }: RunStart): Promise<StoredSyncRecord | null> {
  for await (const last of syncRecords(db).list({ kind: 'import', scope, limit: 1 })) {
    const stopped = ['interrupted', 'cancelled', 'failed'].includes(last.status);
    return stopped && last.fullScan === fullScan && last.input === input && last.checkpoint !== null ? last : null;
  }
  return null;
}

/** A database that is away for a moment is no reason to stop here: the next batch will tell. */
async function beat(db: Database, id: string): Promise<SyncError | null> {
  try {
    await syncRecords(db).progress(id);
    return null;
  } catch (error) {
    return isSyncError(error) && error.code === 'SYNC_STATE' ? error : null;
  }
}
