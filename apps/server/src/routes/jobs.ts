import { getJob, hasEnded, jobDefinitions, jobKinds, listJobs, watchJob, type JobKind } from '@1688/mirror';
import { z } from 'zod';
import { eventStream, lastEventId } from '../api/events.ts';
import { route, type Route } from '../api/route.ts';
import { paging } from '../schemas/common.ts';
import { jobPageSchema, jobSchema } from '../schemas/run.ts';
import { exampleJob, exampleWaitingJob } from './example-ids.ts';

const tag = 'jobs';
const params = z.strictObject({ id: z.guid() });

/** What the flow of this job takes: the same schema that the worker checks it with. */
export function jobBody<Kind extends JobKind>(kind: Kind): (typeof jobDefinitions)[Kind]['input'] {
  return jobDefinitions[kind].input;
}

export const jobRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/jobs', id: 'listJobs', tag, role: 'viewer', summary: 'Jobs, the newest first',
    query: z.strictObject({ ...paging, state: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']).optional(), kind: z.enum(jobKinds as [JobKind, ...JobKind[]]).optional() }), gives: jobPageSchema,
    example: { query: { state: 'completed', kind: 'import' }, reply: { items: [{ id: exampleJob }] } },
    handle: ({ mirror, query }) => listJobs(mirror, query),
  }),
  route({
    method: 'GET', path: '/jobs/{id}', id: 'getJob', tag, role: 'viewer', summary: 'One job, with its progress and, at the end, its result or error',
    params, gives: jobSchema, example: { params: { id: exampleJob }, reply: { id: exampleJob, state: 'completed' } },
    handle: ({ mirror, params: { id } }) => getJob(mirror, id),
  }),
  route({
    method: 'GET', path: '/jobs/{id}/events', id: 'watchJob', tag, role: 'viewer', summary: 'The same each time that it changes, as server-sent events, until it has ended',
    params, gives: ['text/event-stream'], example: { params: { id: exampleJob } },
    handle: async ({ mirror, params: { id }, signal, request }) => {
      await getJob(mirror, id); // an id that is unknown is a problem, not a stream
      const after = Number(lastEventId(request) ?? 0);
      async function* events() {
        for await (const job of watchJob(mirror, id, { after, signal })) yield { id: String(job.revision), event: hasEnded(job) ? 'end' : 'job', data: job };
      }
      return eventStream(events(), signal);
    },
  }),
  route({
    method: 'POST', path: '/jobs/{id}/cancel', id: 'cancelJob', tag, role: 'operator', summary: 'Cancel a job: what it committed stays',
    params, gives: jobSchema, example: { params: { id: exampleWaitingJob }, reply: { id: exampleWaitingJob, state: 'cancelled' } },
    handle: ({ jobs, params: { id } }) => jobs.cancel(id),
  }),
];
