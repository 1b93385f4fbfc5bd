import { isSyncError, SyncError, type Progress } from '@1688/core';
import { jobRecords, type Job, type JobFailure } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';
import { jobDefinition } from './job-kinds.ts';

export interface RunJobOptions {
  /** The worker stops: the job goes back to the queue, where another one takes it. */
  readonly stopping: AbortSignal;
  /** The queue gave the job to another worker, or its time is over. */
  readonly revoked: AbortSignal;
  /** Between two signs of life. Default 500. */
  readonly beatMs?: number;
}

export type JobEnd = 'done' | 'given back';

/** Works on one job to its end. Its outcome stands in its record; a failure of the work is no failure of this. @throws DB_… while the record cannot be written */
export async function runJob(mirror: Mirror, id: string, { stopping, revoked, beatMs = 500 }: RunJobOptions): Promise<JobEnd> {
  const records = jobRecords(mirror.db);
  const job = await records.begin(id);
  if (!job) return 'done';
  const { attempt, kind } = job;
  mirror.log.info({ job: id, kind, attempt }, 'job starts');
  const ended = new AbortController();
  const signal = AbortSignal.any([stopping, revoked, ended.signal]);
  const pulse = startPulse(mirror, job, { beatMs, onLost: () => { ended.abort(); } });
  try {
    const result = await performed(mirror, job, { signal, onProgress: pulse.progress });
    await pulse.stop();
    await records.complete(id, attempt, { result: toPlain(result), progress: pulse.last() });
  } catch (error) {
    await pulse.stop();
    if (stopping.aborted && signal.aborted) {
      await records.giveBack(id, attempt);
      mirror.log.info({ job: id, kind }, 'job given back');
      return 'given back';
    }
    if (ended.signal.aborted) await records.cancelled(id, attempt);
    else await records.fail(id, attempt, toFailure(error));
    mirror.log.warn({ job: id, kind, ...describe(error) }, 'job ended without success');
    return 'done';
  }
  mirror.log.info({ job: id, kind }, 'job ended');
  return 'done';
}

async function performed(mirror: Mirror, { kind, input, attempt }: Job, options: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void }): Promise<unknown> {
  const definition = jobDefinition(kind);
  if (!definition) throw new SyncError('ARGUMENT_INVALID', `Expected a job of a kind that is known here, received ${JSON.stringify(kind)}.`, { hint: 'A newer version has asked for it: update this worker.' });
  return definition.run(mirror, definition.input.parse(input), { ...options, attempt });
}

/** Writes progress and signs of life; notices when the job was cancelled. */
function startPulse(mirror: Mirror, { id, attempt }: Job, { beatMs, onLost }: { readonly beatMs: number; readonly onLost: () => void }) {
  const records = jobRecords(mirror.db);
  let last: Progress | null = null;
  let told: Progress | null = null;
  let beat: Promise<void> = Promise.resolve();
  let idle = true;
  const timer = setInterval(() => {
    if (!idle) return;
    idle = false;
    const news = last === told ? null : last;
    told = last;
    // A database that is away for a moment is the work's own trouble, not that of its pulse.
    beat = records.alive(id, attempt, news).then((wanted) => { if (!wanted) onLost(); }, () => {}).finally(() => { idle = true; });
  }, beatMs);
  return {
    progress: (progress: Progress): void => { last = progress; },
    last: (): Progress | null => last,
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await beat;
    },
  };
}

function toFailure(error: unknown): JobFailure {
  if (isSyncError(error)) return { code: error.code, message: error.message, hint: error.hint ?? null, retryable: error.retryable };
  return { code: 'INTERNAL', message: 'A defect in this software; app.log tells more.', hint: null, retryable: false };
}

function describe(error: unknown): Record<string, unknown> {
  if (isSyncError(error)) return { code: error.code, message: error.message };
  return { code: 'INTERNAL', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** As JSON has it: dates as text, big numbers too. */
function toPlain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each))) as unknown;
}
