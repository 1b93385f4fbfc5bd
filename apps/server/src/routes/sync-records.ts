import { cancelSync, diffRun, getSyncRecord, listRejects, listSyncRecords } from '@1688/mirror';
import { z } from 'zod';
import { rejectsWorkbook, workbookType } from '../api/workbook-reply.ts';
import { route, type Route } from '../api/route.ts';
import { filterText, flag, language, paging, sinceText } from '../schemas/common.ts';
import { jobSchema, rejectPageSchema, runDifferenceSchema, syncRunPageSchema, syncRunSchema } from '../schemas/run.ts';
import { jobBody } from './jobs.ts';

const tag = 'sync records';
const params = z.strictObject({ id: z.string().regex(/^\d{1,18}$/, 'an id of digits') });
const rejectQuery = { code: filterText.optional(), all: flag.default(false).meta({ description: 'Also those that were replayed.' }) };

export const syncRecordRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/sync-records', id: 'listSyncRecords', tag, role: 'viewer', summary: 'Runs (同步记录), the newest first',
    query: z.strictObject({
      ...paging, kind: z.enum(['import', 'images', 'backup', 'check', 'fix', 'remap', 'revert']).optional(), scope: filterText.optional(), status: z.enum(['running', 'completed', 'partial', 'failed', 'cancelled', 'interrupted']).optional(),
      stuck: flag.default(false).meta({ description: 'Only runs that need somebody.' }),
    }),
    gives: syncRunPageSchema, example: { query: { kind: 'import' }, reply: { items: [{ id: '1' }] } },
    handle: ({ mirror, query }) => listSyncRecords(mirror, query),
  }),
  route({
    method: 'GET', path: '/sync-records/{id}', id: 'getSyncRecord', tag, role: 'viewer', summary: 'One run, with its counts, rate and attempts',
    params, gives: syncRunSchema, example: { params: { id: '1' }, reply: { id: '1', kind: 'import' } },
    handle: ({ mirror, params: { id } }) => getSyncRecord(mirror, id),
  }),
  route({
    method: 'POST', path: '/sync-records/{id}/cancel', id: 'cancelSyncRecord', tag, role: 'operator', summary: 'Ask a run to end; what it committed stays, and it can be resumed',
    params, gives: syncRunSchema, example: { params: { id: '2' }, reply: { id: '2', status: 'cancelled' } },
    handle: ({ mirror, params: { id } }) => cancelSync(mirror, id),
  }),
  route({
    method: 'GET', path: '/sync-records/{id}/changes', id: 'listChangesOfRun', tag, role: 'viewer', summary: 'What a run changed: counts of all of it, and a page of entries with before and after; go on with nextSince until no item comes',
    params, query: z.strictObject({ since: sinceText, limit: z.coerce.number().int().min(1).max(1_000).default(100) }), gives: runDifferenceSchema, example: { params: { id: '1' }, reply: { runId: '1', items: [{ kind: 'created' }] } },
    handle: ({ mirror, params: { id }, query, signal }) => diffRun(mirror, id, { since: BigInt(query.since), limit: query.limit, signal }),
  }),
  route({
    method: 'POST', path: '/sync-records/{id}/revert', id: 'revertSyncRecord', tag, role: 'operator', summary: 'Put back what a run changed and nobody changed since, as a job; with dryRun only counted', status: 202,
    params, body: jobBody('revert').omit({ run: true }), gives: jobSchema, example: { params: { id: '1' }, body: { dryRun: true }, reply: { kind: 'revert', state: 'queued' } },
    handle: async ({ mirror, jobs, params: { id }, body, client }) => {
      await getSyncRecord(mirror, id);
      return jobs.enqueue('revert', { ...body, run: id }, { owner: client.name });
    },
  }),
  route({
    method: 'GET', path: '/sync-records/{id}/rejects', id: 'listRejectsOfRun', tag, role: 'viewer', summary: 'Records that a run could not import, kept whole, with the reason',
    params, query: z.strictObject({ ...paging, ...rejectQuery }), gives: rejectPageSchema, example: { params: { id: '1' }, reply: { items: [{ syncRecordId: '1', code: 'FIELD_MISSING' }] } },
    handle: ({ mirror, params: { id }, query }) => listRejects(mirror, { ...query, syncRecordId: id }),
  }),
  route({
    method: 'GET', path: '/sync-records/{id}/rejects.xlsx', id: 'downloadRejectsOfRun', tag, role: 'viewer', summary: 'The same as a workbook with a column for the reason, to be mended and sent again',
    params, query: z.strictObject({ language }), gives: [workbookType], example: { params: { id: '1' }, query: { language: 'zh-CN' } },
    handle: async ({ mirror, params: { id }, query, signal }) => rejectsWorkbook(mirror, { syncRecordId: id, language: query.language, signal }),
  }),
  route({
    method: 'GET', path: '/rejects', id: 'listRejects', tag, role: 'viewer', summary: 'Records of all runs that could not be imported',
    query: z.strictObject({ ...paging, ...rejectQuery }), gives: rejectPageSchema, example: { query: { code: 'FIELD_MISSING' }, reply: { items: [{ code: 'FIELD_MISSING' }] } },
    handle: ({ mirror, query }) => listRejects(mirror, query),
  }),
  route({
    method: 'POST', path: '/rejects/replay', id: 'replayRejects', tag, role: 'operator', summary: 'Read rejects again, as a job: a mended profile may take them', status: 202,
    body: jobBody('replay'), gives: jobSchema, example: { body: { code: 'FIELD_MISSING' }, reply: { kind: 'replay', state: 'queued' } },
    handle: ({ jobs, body, client }) => jobs.enqueue('replay', body, { owner: client.name }),
  }),
];
