import { addWatch, listWatches, muteWatch, redriveWatch, removeWatch, sinkSchema, testWatch, watchFilterSchema, type WatchInput } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { count, facts, moment, text, textOrNull, timeOrNull } from '../schemas/common.ts';
import { exampleWatch } from './example-ids.ts';

const tag = 'changes';
const id = z.string().regex(/^[\w-]{1,60}$/);
const params = z.strictObject({ id });
const clock = z.string().regex(/^\d{2}:\d{2}$/);

const watchSchema = z.strictObject({
  id: text, configured: z.boolean(), filter: facts, sink: text.meta({ description: 'Kind and host; never the address, which holds the token.' }), language: text, digest: facts, quietHours: facts.nullable(), mutedUntil: timeOrNull,
  seq: text, held: count, queued: count, sent: count, dead: count, failures: count, lastError: textOrNull,
});
const body = z.strictObject({
  id, filter: watchFilterSchema, sink: sinkSchema, language: z.enum(['en', 'zh-CN']).optional(),
  digest: z.strictObject({ minutes: z.number().min(0).max(1_440).optional(), maxLines: z.int().min(1).max(100).optional() }).optional(),
  quietHours: z.strictObject({ from: clock, to: clock, zone: z.string().max(60).optional() }).optional(),
});

export const watchRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/watches', id: 'listWatches', tag, role: 'viewer', summary: 'Watches over the change feed, with what waits and what failed', gives: z.strictObject({ items: z.array(watchSchema) }),
    example: { reply: { items: [{ id: exampleWatch, sink: 'stdout' }] } },
    handle: ({ mirror }) => listWatches(mirror),
  }),
  route({
    method: 'POST', path: '/watches', id: 'addWatch', tag, role: 'operator', summary: 'Tell somebody of changes from now on', status: 201, body, gives: params,
    example: { body: { id: 'sold-out', filter: { soldOut: true, offerIds: ['610947572360'] }, sink: { kind: 'stdout' } }, reply: { id: 'sold-out' } },
    // What is absent is undefined here, and defaults are filled in where a watch is made.
    handle: ({ mirror, body: watch }) => addWatch(mirror, watch as WatchInput),
  }),
  route({
    method: 'POST', path: '/watches/{id}/test', id: 'testWatch', tag, role: 'operator', summary: 'Send a made-up alert', params, gives: params, example: { params: { id: exampleWatch } },
    handle: ({ mirror, params: { id: watch }, signal }) => testWatch(mirror, watch, { signal, print() {} }),
  }),
  route({
    method: 'POST', path: '/watches/{id}/mute', id: 'muteWatch', tag, role: 'operator', summary: 'Send nothing until then; what comes meanwhile waits. Null ends it', params, body: z.strictObject({ until: moment.nullable() }), gives: z.strictObject({ id: text, until: timeOrNull }),
    example: { params: { id: exampleWatch }, body: { until: '2026-12-01T00:00:00Z' }, reply: { until: '2026-12-01T00:00:00.000Z' } },
    handle: ({ mirror, params: { id: watch }, body: { until } }) => muteWatch(mirror, watch, until),
  }),
  route({
    method: 'POST', path: '/watches/{id}/redrive', id: 'redriveWatch', tag, role: 'operator', summary: 'Send again what was given up', params, gives: z.strictObject({ id: text, alerts: count }), example: { params: { id: exampleWatch }, reply: { alerts: 0 } },
    handle: ({ mirror, params: { id: watch } }) => redriveWatch(mirror, watch),
  }),
  route({
    method: 'DELETE', path: '/watches/{id}', id: 'removeWatch', tag, role: 'operator', summary: 'Remove a watch with the alerts that wait', params, gives: params, example: { params: { id: exampleWatch }, reply: { id: exampleWatch } },
    handle: ({ mirror, params: { id: watch } }) => removeWatch(mirror, watch),
  }),
];
