import { getConsistencyRun, getPlan, listConsistencyRuns, listFindings } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { filterText, paging } from '../schemas/common.ts';
import { jobSchema } from '../schemas/run.ts';
import { consistencyRunPageSchema, consistencyRunSchema, findingPageSchema, planSchema } from '../schemas/safety.ts';
import { jobBody } from './jobs.ts';

const tag = 'consistency';
const id = z.string().regex(/^[1-9]\d{0,17}$/, 'an id of digits');
const params = z.strictObject({ id });
const mostActions = 1_000;

export const consistencyRoutes: readonly Route[] = [
  route({
    method: 'POST', path: '/checks', id: 'startCheck', tag, role: 'operator', summary: 'Look for everything that is broken, as a job; mends nothing', status: 202,
    body: jobBody('check'), gives: jobSchema, example: { body: { deep: false }, reply: { kind: 'check', state: 'queued' } },
    handle: ({ jobs, body, client }) => jobs.enqueue('check', body, { owner: client.name }),
  }),
  route({
    method: 'GET', path: '/checks', id: 'listChecks', tag, role: 'viewer', summary: 'Checks, the newest first', query: z.strictObject(paging), gives: consistencyRunPageSchema, example: { reply: { items: [{ kind: 'check' }] } },
    handle: ({ mirror, query }) => listConsistencyRuns(mirror, { ...query, kind: 'check' }),
  }),
  route({
    method: 'GET', path: '/checks/{id}', id: 'getCheck', tag, role: 'viewer', summary: 'One check; its findings are at /findings?run={id}', params, gives: consistencyRunSchema, example: { params: { id: '1' }, reply: { id: '1', kind: 'check' } },
    handle: ({ mirror, params: { id: run } }) => getConsistencyRun(mirror, run, 'check'),
  }),
  route({
    method: 'GET', path: '/findings', id: 'listFindings', tag, role: 'viewer', summary: 'What checks found, with evidence; those that are still there unless another state is asked for',
    query: z.strictObject({ ...paging, state: z.enum(['open', 'fixed', 'gone']).default('open'), check: filterText.optional(), run: id.optional() }), gives: findingPageSchema, example: { query: { state: 'open' }, reply: { items: [] } },
    handle: ({ mirror, query }) => listFindings(mirror, query),
  }),
  route({
    method: 'POST', path: '/plans', id: 'startPlan', tag, role: 'operator', summary: 'List the very rows that would mend what a check finds now, as a job; changes nothing', status: 202,
    body: jobBody('plan'), gives: jobSchema, example: { body: {}, reply: { kind: 'plan', state: 'queued' } },
    handle: ({ jobs, body, client }) => jobs.enqueue('plan', body, { owner: client.name }),
  }),
  route({
    method: 'GET', path: '/plans', id: 'listPlans', tag, role: 'viewer', summary: 'Plans, the newest first', query: z.strictObject(paging), gives: consistencyRunPageSchema, example: { reply: { items: [{ kind: 'plan' }] } },
    handle: ({ mirror, query }) => listConsistencyRuns(mirror, { ...query, kind: 'plan' }),
  }),
  route({
    method: 'GET', path: '/plans/{id}', id: 'getPlan', tag, role: 'viewer', summary: 'What a plan would do, to the row', params, gives: planSchema, example: { params: { id: '2' }, reply: { id: '2', actions: [] } },
    handle: async ({ mirror, params: { id: plan } }) => {
      const { actions, ...rest } = await getPlan(mirror, plan);
      return { ...rest, total: actions.length, actions: actions.slice(0, mostActions) };
    },
  }),
  route({
    method: 'POST', path: '/plans/{id}/apply', id: 'applyPlan', tag, role: 'operator', summary: 'Do what a plan lists, as a job; each row is tested again in the statement that mends it', status: 202,
    params, body: jobBody('fix').omit({ plan: true }), gives: jobSchema, example: { params: { id: '2' }, body: {}, reply: { kind: 'fix', state: 'queued' } },
    handle: async ({ mirror, jobs, params: { id: plan }, body, client }) => {
      await getPlan(mirror, plan);
      return jobs.enqueue('fix', { ...body, plan }, { owner: client.name });
    },
  }),
  route({
    method: 'GET', path: '/fixes', id: 'listFixes', tag, role: 'viewer', summary: 'Plans that were applied, the newest first', query: z.strictObject(paging), gives: consistencyRunPageSchema, example: { reply: { items: [{ kind: 'fix' }] } },
    handle: ({ mirror, query }) => listConsistencyRuns(mirror, { ...query, kind: 'fix' }),
  }),
  route({
    method: 'POST', path: '/fixes/{id}/undo', id: 'undoFix', tag, role: 'operator', summary: 'Take a fix back where nothing has changed since, as a job', status: 202,
    params, gives: jobSchema, example: { params: { id: '3' }, reply: { kind: 'undo', state: 'queued' } },
    handle: async ({ mirror, jobs, params: { id: run }, client }) => {
      await getConsistencyRun(mirror, run, 'fix');
      return jobs.enqueue('undo', { run }, { owner: client.name });
    },
  }),
];
