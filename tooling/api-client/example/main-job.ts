import createClient from 'openapi-fetch';
import type { components, paths } from './api.d.ts';

const [baseUrl = '', key = ''] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } });

type Job = components['schemas']['Job'];

/** What the server answered, or the code of its problem document as an error. */
function given<Data>({ data, error }: { data?: Data; error?: unknown }): Data {
  if (data === undefined) throw new Error((error as components['schemas']['Problem']).code);
  return data;
}

// Import a table as a job, and follow it to its end.
const table = '商品ID,商品标题,价格\n610947572380,春秋针织开衫,66.00\n610947572381,法式碎花连衣裙,59.90\n610947572382,,9.90\n';
const upload = given(await api.POST('/api/v1/uploads', { params: { query: { name: '商品.csv' } }, body: table, bodySerializer: (text) => text, headers: { 'content-type': 'text/csv' } }));
let job: Job = given(await api.POST('/api/v1/imports', { body: { uploadId: upload.id } }));
while (job.finishedAt === null) {
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  job = given(await api.GET('/api/v1/jobs/{id}', { params: { path: { id: job.id } } }));
}

// Find, look, export, follow what changed.
const found = given(await api.GET('/api/v1/search', { params: { query: { q: '连衣裙' } } }));
const product = given(await api.GET('/api/v1/products/{offerId}', { params: { path: { offerId: found.items[0]?.offerId ?? '' } } }));
const lines = given(await api.GET('/api/v1/exports/{entity}', { params: { path: { entity: 'products' }, query: { sorted: 'true' } }, parseAs: 'text' })) as string;
const changes = given(await api.GET('/api/v1/changes', { params: { query: { since: '0' } } }));
const { error, response } = await api.GET('/api/v1/products/{offerId}', { params: { path: { offerId: '1' } } });

console.log(JSON.stringify({
  state: job.state, result: job.result, found: found.items.map((item) => item.offerId), title: product.title, priceMinCny: product.priceMinCny,
  exported: lines.trim().split('\n').length, changed: changes.items.length, absent: [response.status, (error as components['schemas']['Problem']).code],
}));
