import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError } from '@1688/core';
import { jobRecords, jobStates, type Job, type JobState } from '@1688/db';
import { defined } from './defined.ts';
import type { ListPage } from './flows/products.ts';
import { getJob } from './jobs/job-queue.ts';
import type { Mirror } from './open-mirror.ts';

export interface ListJobsOptions {
  readonly state?: JobState | undefined;
  readonly kind?: string | undefined;
  /** Default 50. */
  readonly limit?: number;
  readonly cursor?: string | undefined;
}

/** Jobs, the newest first. */
export async function listJobs({ db }: Pick<Mirror, 'db'>, options: ListJobsOptions = {}): Promise<ListPage<Job>> {
  const { state, kind, limit = 50, cursor } = options;
  if (state !== undefined && !jobStates.includes(state)) throw new SyncError('ARGUMENT_INVALID', `Expected a state of ${jobStates.join(', ')}, received ${JSON.stringify(state)}.`);
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) throw new SyncError('ARGUMENT_INVALID', `Expected a cursor from the page before, received ${JSON.stringify(cursor)}.`, { hint: 'Leave it out to start at the first page.' });
  return jobRecords(db).page({ limit, ...defined({ state, kind, before: cursor }) });
}

export interface WatchJobOptions {
  /** Only what is newer than this revision. Default 0: what stands now comes first. */
  readonly after?: number;
  /** Between two looks. Default 500. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/** A job each time that it has changed, until it has ended. @throws NOT_FOUND */
export async function* watchJob(mirror: Pick<Mirror, 'db'>, id: string, { after = 0, everyMs = 500, signal }: WatchJobOptions = {}): AsyncGenerator<Job> {
  let seen = after;
  while (!isAborted(signal)) {
    const job = await getJob(mirror, id);
    if (job.revision > seen) yield job;
    seen = Math.max(seen, job.revision);
    if (hasEnded(job)) return;
    await sleep(everyMs, undefined, defined({ signal })).catch(() => {}); // the loop looks at the signal
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted ?? false;
}

export function hasEnded({ state }: Pick<Job, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}
