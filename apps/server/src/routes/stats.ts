import { stats } from '@1688/mirror';
import { route, type Route } from '../api/route.ts';
import { jobSchema } from '../schemas/run.ts';
import { statsSchema } from '../schemas/safety.ts';
import { jobBody } from './jobs.ts';

export const statsRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/stats', id: 'getStats', tag: 'stats', role: 'viewer', summary: 'Counts of products, suppliers, pictures and runs, of one moment', gives: statsSchema, example: { reply: { products: { removed: 0 } } },
    handle: ({ mirror }) => stats(mirror),
  }),
  route({
    method: 'POST', path: '/storage-counts', id: 'countStorage', tag: 'stats', role: 'operator', summary: 'Count what lies in the picture storage and in the backup storage by listing them, as a job', status: 202,
    body: jobBody('storage'), gives: jobSchema, example: { body: {}, reply: { kind: 'storage', state: 'queued' } },
    handle: ({ jobs, body, client }) => jobs.enqueue('storage', body, { owner: client.name }),
  }),
];
