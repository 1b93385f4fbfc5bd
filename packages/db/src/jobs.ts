import type { Progress } from '@1688/core';
import type { Connection } from './connection.ts';
import { guarded } from './guarded.ts';

export const jobStates = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

export interface JobFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly retryable: boolean;
}

/** A long piece of work that somebody asked for. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly state: JobState;
  /** 1 when it runs for the first time, one more for each worker that died over it. */
  readonly attempt: number;
  /** Rises with each change. */
  readonly revision: number;
  readonly progress: Progress | null;
  readonly result: unknown;
  readonly error: JobFailure | null;
  /** Who asked for it. */
  readonly owner: string | null;
  readonly cancelRequested: boolean;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface ListJobsOptions {
  readonly state?: JobState;
  readonly kind?: string;
  /** Default 50. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly before?: string;
}

interface Row {
  id: string; seq: string; kind: string; input: Record<string, unknown>; state: JobState; attempt: number; revision: string; progress: Progress | null; result: unknown; error: JobFailure | null;
  owner: string | null; cancel_requested: boolean; created_at: Date; started_at: Date | null; finished_at: Date | null;
}

/** Jobs and what became of them. A step of a job names its attempt: a worker that was given up cannot write any more. */
export function jobRecords(db: Connection) {
  const table = () => db.knex.withSchema(db.schema).table('jobs');
  const next = { revision: db.knex.raw('revision + 1') };
  const one = async (rows: Promise<unknown[]>): Promise<Job | null> => {
    const [row] = (await rows) as Row[];
    return row ? toJob(row) : null;
  };
  const running = (id: string, attempt: number) => table().where({ id, attempt, state: 'running' });
  const ended = (state: JobState) => ({ state, finished_at: db.knex.fn.now(), ...next });
  return guarded({
    async add(job: { readonly id: string; readonly kind: string; readonly lane: string; readonly input: object; readonly owner: string | null }): Promise<Job> {
      const { id, kind, lane, input, owner } = job;
      return (await one(table().insert({ id, kind, lane, input: JSON.stringify(input), owner }).returning('*') as unknown as Promise<unknown[]>)) as Job;
    },

    async find(id: string): Promise<Job | null> {
      if (!isJobId(id)) return null;
      return one(table().where({ id }) as unknown as Promise<unknown[]>);
    },

    /** The newest first. */
    async page({ state, kind, limit = 50, before }: ListJobsOptions = {}): Promise<{ items: Job[]; nextCursor: string | null }> {
      const query = table().orderBy('seq', 'desc').limit(limit + 1);
      if (state !== undefined) query.where({ state });
      if (kind !== undefined) query.where({ kind });
      if (before !== undefined) query.where('seq', '<', before);
      const rows = (await query) as Row[];
      const shown = rows.slice(0, limit);
      return { items: shown.map(toJob), nextCursor: rows.length > limit ? (shown.at(-1)?.seq ?? null) : null };
    },

    /** A worker takes it up; null when there is nothing to do: it has ended, or was cancelled. */
    async begin(id: string): Promise<Job | null> {
      const values = { state: 'running', attempt: db.knex.raw('attempt + 1'), started_at: db.knex.raw('coalesce(started_at, now())'), heartbeat_at: db.knex.fn.now(), ...next };
      return one(table().where({ id, cancel_requested: false }).whereIn('state', ['queued', 'running']).update(values).returning('*') as unknown as Promise<unknown[]>);
    },

    /** A sign of life. @returns false when the work shall stop: it was cancelled, or another worker has it. */
    async alive(id: string, attempt: number, progress: Progress | null): Promise<boolean> {
      const values = { heartbeat_at: db.knex.fn.now(), ...(progress ? { progress: JSON.stringify(progress), ...next } : {}) };
      const job = await one(running(id, attempt).update(values).returning('*') as unknown as Promise<unknown[]>);
      return job !== null && !job.cancelRequested;
    },

    async complete(id: string, attempt: number, { result, progress }: { readonly result: unknown; readonly progress: Progress | null }): Promise<boolean> {
      const values = { ...ended('completed'), result: JSON.stringify(result ?? null), ...(progress ? { progress: JSON.stringify(progress) } : {}) };
      return (await running(id, attempt).update(values)) > 0;
    },

    async fail(id: string, attempt: number, error: JobFailure): Promise<boolean> {
      return (await running(id, attempt).update({ ...ended('failed'), error: JSON.stringify(error) })) > 0;
    },

    async cancelled(id: string, attempt: number): Promise<boolean> {
      return (await running(id, attempt).update(ended('cancelled'))) > 0;
    },

    /** Its worker stops; another one goes on. */
    async giveBack(id: string, attempt: number): Promise<boolean> {
      return (await running(id, attempt).update({ state: 'queued', ...next })) > 0;
    },

    /** One that waits ends at once, one that runs is asked to. @returns null when it has ended already, or is unknown */
    async cancel(id: string): Promise<Job | null> {
      if (!isJobId(id)) return null;
      const waiting = await one(table().where({ id, state: 'queued' }).update({ ...ended('cancelled'), cancel_requested: true }).returning('*') as unknown as Promise<unknown[]>);
      return waiting ?? one(table().where({ id, state: 'running' }).update({ cancel_requested: true, ...next }).returning('*') as unknown as Promise<unknown[]>);
    },

    /** Ends those that nobody has worked on for this long, and whose queue has given them up. */
    async failSilent(forMs: number, error: JobFailure): Promise<string[]> {
      const rows = (await table().where({ state: 'running' }).where('heartbeat_at', '<', db.knex.raw('now() - make_interval(secs => ?)', [forMs / 1_000]))
        .update({ ...ended('failed'), error: JSON.stringify(error) }).returning('id')) as { id: string }[];
      return rows.map(({ id }) => id);
    },

    /** How many wait and run. */
    async counts(): Promise<{ queued: number; running: number }> {
      const rows = (await table().whereIn('state', ['queued', 'running']).groupBy('state').select('state').count('* as count')) as { state: 'queued' | 'running'; count: string }[];
      const of = (state: string): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
      return { queued: of('queued'), running: of('running') };
    },
  });
}

/** PostgreSQL would refuse other text as a uuid. */
function isJobId(id: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id);
}

function toJob(row: Row): Job {
  return {
    id: row.id, kind: row.kind, input: row.input, state: row.state, attempt: row.attempt, revision: Number(row.revision), progress: row.progress, result: row.result, error: row.error,
    owner: row.owner, cancelRequested: row.cancel_requested, createdAt: row.created_at, startedAt: row.started_at, finishedAt: row.finished_at,
  };
}
