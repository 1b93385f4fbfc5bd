import { isSyncError, SyncError } from '@1688/core';
import { jobRecords, transaction, type Job } from '@1688/db';
import type { Job as Delivery, PgBoss } from 'pg-boss';
import type { Mirror } from '../open-mirror.ts';
import { jobDefinition, type JobInput, type JobKind } from './job-kinds.ts';
import { runJob } from './job-run.ts';

export interface JobQueue extends AsyncDisposable {
  /** Asks for a piece of work; any worker of this store does it. @throws ARGUMENT_INVALID */
  enqueue<Kind extends JobKind>(kind: Kind, input: JobInput<Kind>, options?: { readonly owner?: string | null; readonly id?: string }): Promise<Job>;
  /** @throws NOT_FOUND, JOB_STATE when it has ended */
  cancel(id: string): Promise<Job>;
  /** Stops working: what runs goes back to the queue. A second call does nothing. */
  close(): Promise<void>;
}

export interface OpenJobsOptions {
  /** Jobs that this process works on at once; 0: it only asks for them. Default 0. */
  readonly concurrency?: number;
}

const queue = 'work';
/** A worker that gave no sign of life for this long is dead, and its job is given to another one. */
const heartbeatSeconds = 30;

/**
 * The queue of a store: pg-boss in the same PostgreSQL, through the same pool, with tables in a schema of their own. It hands out ids;
 * what a job is and what became of it stands in our own table. Who does not work opens it with the first job that is asked for.
 */
export async function openJobs(mirror: Mirror, { concurrency = 0 }: OpenJobsOptions = {}): Promise<JobQueue> {
  const { db } = mirror;
  let opening: Promise<PgBoss> | undefined;
  const open = (): Promise<PgBoss> => (opening ??= openQueue(mirror, { supervise: concurrency > 0 }).catch((error: unknown) => {
    opening = undefined; // tried anew by the next who asks
    throw error;
  }));
  const stopping = new AbortController();
  const working = concurrency > 0 ? await startWorking(mirror, await open(), { concurrency, stopping: stopping.signal }) : null;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= (async () => {
    stopping.abort();
    await working?.end();
    await (await opening)?.stop({ graceful: true, close: false, timeout: 8_000 });
  })());
  return {
    async enqueue(kind, input, { owner = null, id = crypto.randomUUID() } = {}) {
      const definition = jobDefinition(kind);
      const checked = definition?.input.safeParse(input);
      if (!definition || !checked?.success) throw new SyncError('ARGUMENT_INVALID', `Expected a ${kind} job with a fitting input, received another: ${checked?.error?.issues[0]?.message ?? 'unknown kind'}.`);
      const boss = await open();
      const lane = definition.lane(checked.data);
      const { fromKnex } = await import('pg-boss');
      return transaction(db, async (trx) => {
        const job = await jobRecords(trx).add({ id, kind, lane, input: checked.data as object, owner });
        await boss.send(queue, { id }, { id, singletonKey: lane, db: fromKnex(trx.knex) });
        return job;
      });
    },
    async cancel(id) {
      const job = await jobRecords(db).cancel(id);
      if (job) {
        if (job.state === 'cancelled') await (await open()).cancel(queue, id);
        return job;
      }
      const known = await getJob(mirror, id);
      throw new SyncError('JOB_STATE', `Expected the job ${id} to wait or run, but it is ${known.state}.`, { hint: 'Nothing is left to cancel.' });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function openQueue({ db, log }: Mirror, { supervise }: { readonly supervise: boolean }): Promise<PgBoss> {
  const pgBoss = await import('pg-boss'); // not for commands that ask for no job
  const boss = new pgBoss.PgBoss({
    db: pgBoss.fromKnex(db.knex), schema: `${db.schema}_queue`, supervise, schedule: false, superviseIntervalSeconds: 10, monitorIntervalSeconds: 10, maintenanceIntervalSeconds: 3_600,
  });
  boss.on('error', (error: unknown) => { log.error({ code: isSyncError(error) ? error.code : 'DB_QUERY', error: error instanceof Error ? error.message : String(error) }, 'queue'); });
  await boss.start();
  await boss.createQueue(queue, { policy: 'singleton', retryLimit: 5, retryDelay: 1, expireInSeconds: 23 * 3_600, heartbeatSeconds, deleteAfterSeconds: 3_600, retentionSeconds: 30 * 86_400 });
  return boss;
}

/** @throws NOT_FOUND */
export async function getJob({ db }: Pick<Mirror, 'db'>, id: string): Promise<Job> {
  const job = await jobRecords(db).find(id);
  if (job) return job;
  throw new SyncError('NOT_FOUND', `Expected a job with the id ${JSON.stringify(id.slice(0, 60))}, found none.`);
}

interface Working {
  /** Waits until what runs has been given back; the queue must still be open. */
  end(): Promise<void>;
}

async function startWorking(mirror: Mirror, boss: PgBoss, { concurrency, stopping }: { readonly concurrency: number; readonly stopping: AbortSignal }): Promise<Working> {
  const options = { batchSize: 1, localConcurrency: concurrency, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true, heartbeatRefreshSeconds: 5 };
  const running = new Set<Promise<void>>();
  const work = async ({ data: { id }, signal }: Delivery<{ id: string }>): Promise<void> => {
    // To fail is how a delivery gets back into the queue.
    if (stopping.aborted || (await runJob(mirror, id, { stopping, revoked: signal })) === 'given back') await boss.fail(queue, id);
  };
  await boss.work<{ id: string }>(queue, options, async ([delivery]: Delivery<{ id: string }>[]) => {
    if (!delivery) return;
    const done = work(delivery);
    running.add(done);
    await done.finally(() => running.delete(done));
  });
  // The queue tries a job of a dead worker again; what it has given up would stand as running for ever.
  const sweep = setInterval(() => {
    const failure = { code: 'JOB_STATE', message: 'Its worker was lost, more often than it is tried again.', hint: 'Ask for it again.', retryable: true };
    jobRecords(mirror.db).failSilent(10 * 60_000, failure).catch(() => {}); // looked for again in a minute
  }, 60_000).unref();
  return {
    async end() {
      clearInterval(sweep);
      await Promise.allSettled(running); // the queue itself tells what went wrong
    },
  };
}
