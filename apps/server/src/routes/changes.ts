import { followChanges, listChanges, newestChanges } from '@1688/mirror';
import { z } from 'zod';
import { eventStream, lastEventId } from '../api/events.ts';
import { route, type Route } from '../api/route.ts';
import { paging, sinceText as since } from '../schemas/common.ts';
import { changePageSchema, newestChangesSchema } from '../schemas/run.ts';
import { exampleOffer } from './example-ids.ts';

const tag = 'changes';

export const changeRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/changes', id: 'listChanges', tag, role: 'viewer', summary: 'The change feed in the order of commits: keep nextSince and go on from there',
    query: z.strictObject({ since, limit: z.coerce.number().int().min(1).max(1_000).default(100) }), gives: changePageSchema,
    example: { query: { since: '0', limit: '200' }, reply: { items: [{ kind: 'created' }] } },
    handle: ({ mirror, query, signal }) => listChanges(mirror, { since: BigInt(query.since), limit: query.limit, signal }),
  }),
  route({
    method: 'GET', path: '/changes/newest', id: 'listNewestChanges', tag, role: 'viewer', summary: 'The newest entries of the feed first: to look at; to follow it, ask for /changes', query: z.strictObject(paging), gives: newestChangesSchema,
    example: { query: { limit: '50' }, reply: { items: [{ kind: 'created' }] } },
    handle: ({ mirror, query }) => newestChanges(mirror, query),
  }),
  route({
    method: 'GET', path: '/changes/events', id: 'followChanges', tag, role: 'viewer', summary: 'The same as server-sent events, as they come; resumes after Last-Event-ID',
    query: z.strictObject({ since }), gives: ['text/event-stream'], example: { query: { since: '0' }, reply: exampleOffer },
    handle: async ({ mirror, query, signal, request }) => {
      const after = BigInt(lastEventId(request) ?? query.since);
      async function* events() {
        for await (const change of followChanges(mirror, after, { signal })) yield { id: change.seq.toString(), event: change.kind, data: change };
      }
      return eventStream(events(), signal);
    },
  }),
];
