import { columnTargets, getUpload, previewUpload, removeUpload, saveUpload, type Upload } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { readSteadily } from '../body/request-body.ts';
import { jobSchema, previewSchema, uploadSchema } from '../schemas/run.ts';
import { exampleUpload } from './example-ids.ts';
import { jobBody } from './jobs.ts';

const tag = 'imports';
const params = z.strictObject({ id: z.guid() });
const name = z.string().min(1).max(200);
const importBody = jobBody('import');
/** A file that takes its sender longer than this for the next piece is given up. */
const stallMs = 15_000;

const spoken = (flag: 'true' | 'false') => flag === 'true';
/** What an import is told in the address, when the body is the file itself. */
const streamQuery = z.strictObject({
  name: name.default('stream.jsonl'), profile: name.optional(), encoding: name.optional(), observedAt: z.iso.datetime({ offset: true }).optional(), scope: name.default('default'),
  fullScan: z.enum(['true', 'false']).default('false').transform(spoken), dryRun: z.enum(['true', 'false']).default('false').transform(spoken),
});

export const importRoutes: readonly Route[] = [
  route({
    method: 'POST', path: '/uploads', id: 'upload', tag, role: 'operator', summary: 'Send a file (XLSX, CSV, JSON, JSON Lines …) as the body, to be looked at and imported', status: 201, takesFile: true,
    query: z.strictObject({ name: name.meta({ description: 'Its name, such as 商品.xlsx.' }) }), gives: uploadSchema, example: { query: { name: '商品.csv' }, body: '商品ID,商品标题,价格\n610947572399,夏季碎花连衣裙,35.00\n', reply: { name: '商品.csv' } },
    handle: async ({ mirror, query, client, request, signal }) => shown(await saveUpload(mirror, readSteadily(request.raw, { stallMs }), { name: query.name, owner: client.name, signal })),
  }),
  route({
    method: 'GET', path: '/uploads/{id}', id: 'getUpload', tag, role: 'viewer', summary: 'What is known of a file that was sent',
    params, gives: uploadSchema, example: { params: { id: exampleUpload }, reply: { id: exampleUpload } },
    handle: async ({ mirror, params: { id } }) => shown(await getUpload(mirror, id)),
  }),
  route({
    method: 'POST', path: '/uploads/{id}/preview', id: 'previewUpload', tag, role: 'operator', summary: 'What a file is and what its first records would become; writes nothing',
    params, body: z.strictObject({ limit: z.int().min(1).max(100).default(20), profile: importBody.shape.profile, encoding: importBody.shape.encoding, columns: importBody.shape.columns }), gives: previewSchema,
    example: { params: { id: exampleUpload }, body: { limit: 1 }, reply: { profile: 'table', encoding: 'utf-8', records: [{ rejected: null }] } },
    handle: async ({ mirror, params: { id }, body, signal }) => ({ ...(await previewUpload(mirror, id, { ...body, signal })), fields: Object.values(columnTargets) }),
  }),
  route({
    method: 'DELETE', path: '/uploads/{id}', id: 'deleteUpload', tag, role: 'operator', summary: 'Forget a file before its time is over',
    params, gives: z.strictObject({ id: z.guid() }), example: { params: { id: exampleUpload }, reply: { id: exampleUpload } },
    handle: async ({ mirror, params: { id } }) => {
      await removeUpload(mirror, id);
      return { id };
    },
  }),
  route({
    method: 'POST', path: '/imports', id: 'startImport', tag, role: 'operator', summary: 'Import a file that was sent, as a job', status: 202,
    body: importBody, gives: jobSchema, example: { body: { uploadId: exampleUpload, scope: 'my-shop' }, reply: { kind: 'import', state: 'queued' } },
    handle: async ({ mirror, jobs, body, client }) => {
      await getUpload(mirror, body.uploadId); // told at once, not by a job that fails
      return jobs.enqueue('import', body, { owner: client.name });
    },
  }),
  route({
    method: 'POST', path: '/imports/stream', id: 'streamImport', tag, role: 'operator', summary: 'Send records as the body, such as JSON Lines as they are collected; imported as a job once the last has come', status: 202, takesFile: true,
    query: streamQuery, gives: jobSchema, example: { query: { scope: 'my-shop' }, body: '{"entity":"product","offerId":"610947572398","title":"法式碎花裙"}\n', reply: { kind: 'import', state: 'queued' } },
    handle: async ({ mirror, jobs, query: { name: fileName, ...options }, client, request, signal }) => {
      const { id } = await saveUpload(mirror, readSteadily(request.raw, { stallMs }), { name: fileName, owner: client.name, signal });
      return jobs.enqueue('import', { ...options, uploadId: id }, { owner: client.name });
    },
  }),
];

function shown({ id, name: fileName, sizeBytes, sha256, createdAt, expiresAt }: Upload): Omit<Upload, 'storageKey' | 'owner'> {
  return { id, name: fileName, sizeBytes, sha256, createdAt, expiresAt };
}
