import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aServer, fillStore, type TestServer } from './a-server.ts';

let store: TestServer;
beforeAll(async () => {
  store = await aServer({ jobs: 2 });
  await fillStore(store.mirror);
});
afterAll(() => store[Symbol.asyncDispose]());

interface Items { items: Record<string, unknown>[]; nextCursor: string | null }

async function jobEnded(id: string): Promise<{ state: string; result: Record<string, never>; error: unknown }> {
  for (;;) {
    const job = await store.json<{ state: string; result: Record<string, never>; error: unknown }>(`/api/v1/jobs/${id}`);
    if (job.state !== 'queued' && job.state !== 'running') return job;
    await sleep(50);
  }
}

test('products come page by page, and the Link header leads to the next', async () => {
  const first = await store.ask('/api/v1/products?limit=1');
  const page = await first.json() as Items;
  const link = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await store.ask(link);
  const last = await second.json() as Items;

  expect(page.items).toMatchObject([{ offerId: '610947572360', supplierId: 'b2b-2208000001', priceMinCny: '31.50', picture: null }]);
  expect(last.items).toMatchObject([{ offerId: '610947572361' }]);
  expect([last.nextCursor, second.headers.get('link')]).toEqual([null, null]);
});

test('filters narrow a list, and a wrong one is named', async () => {
  const found = await store.json<Items>('/api/v1/products?priceMinCny=50&delisted=false');
  const wrong = await store.ask('/api/v1/products?colour=red');
  const worse = await store.ask('/api/v1/products?limit=9999');

  expect(found.items.map((each) => each['offerId'])).toEqual(['610947572361']);
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toMatchObject({ code: 'ARGUMENT_INVALID', field: 'query.colour', status: 400, type: 'urn:1688sync:error:ARGUMENT_INVALID' });
  expect(await worse.json()).toMatchObject({ field: 'query.limit' });
});

test('what is not there is a problem with a code, a hint and a request id', async () => {
  const reply = await store.ask('/api/v1/products/1');

  expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
  expect(await reply.json()).toMatchObject({ code: 'NOT_FOUND', retryable: false, hint: expect.any(String), requestId: reply.headers.get('x-request-id') });
});

test('a file is sent, looked at, imported as a job, and its rejects come back as a workbook', async () => {
  const table = '商品ID,商品标题,价格\n610947572380,春秋针织开衫,66.00\n6.1E+11,毛衣,20.00\n610947572382,,9.90\n';

  const sent = await store.ask('/api/v1/uploads?name=商品.csv', { method: 'POST', body: table, headers: { 'content-type': 'text/csv' } });
  const { id } = await sent.json() as { id: string };
  const preview = await (await store.post(`/api/v1/uploads/${id}/preview`, { limit: 20 })).json() as { profile: string; encoding: string; records: unknown[] };
  const started = await store.post('/api/v1/imports', { uploadId: id });
  const job = await jobEnded((await started.json() as { id: string }).id);
  const run = (job.result['syncRecord'] as unknown as { id: string }).id;
  const workbook = await store.ask(`/api/v1/sync-records/${run}/rejects.xlsx?language=zh-CN`);
  const bytes = Buffer.from(await workbook.arrayBuffer());

  expect([sent.status, started.status, workbook.status]).toEqual([201, 202, 200]);
  expect(preview).toMatchObject({ profile: 'table', encoding: 'utf-8', records: [{ rejected: null }, { rejected: { field: expect.any(String) } }, { rejected: {} }] });
  expect(job).toMatchObject({ state: 'completed', result: { created: 1, rejected: 2 } });
  expect(bytes.subarray(0, 2).toString()).toBe('PK');
  expect(workbook.headers.get('content-disposition')).toContain(encodeURIComponent('未导入.xlsx'));
});

test('a workbook of rejects is imported again once it is mended', async () => {
  const { items: [reject] } = await store.json<Items>('/api/v1/rejects?code=FIELD_INVALID&limit=1');
  const run = String(reject?.['syncRecordId']);
  const bytes = await (await store.ask(`/api/v1/sync-records/${run}/rejects.xlsx`)).arrayBuffer();

  const { id } = await store.json<{ id: string }>('/api/v1/uploads?name=rejects.xlsx', { method: 'POST', body: bytes });
  const preview = await (await store.post(`/api/v1/uploads/${id}/preview`, {})).json() as { columns: { header: string; field: string | null }[] };

  expect(preview.columns.map((each) => each.header)).toEqual(['商品ID', '商品标题', '价格', 'reason not imported']);
  expect(preview.columns.at(-1)?.field).toBeNull();
});

test('records that are streamed in are imported as a job', async () => {
  const line = (at: number) => `${JSON.stringify({ entity: 'product', offerId: `7000000000${at}`, title: `流式 ${at}` })}\n`;
  async function* lines() {
    for (let at = 10; at < 60; at += 1) yield new TextEncoder().encode(line(at));
  }

  const reply = await store.ask('/api/v1/imports/stream?scope=stream', { method: 'POST', body: lines() as never, duplex: 'half', headers: { 'content-type': 'application/x-ndjson' } } as RequestInit);
  const job = await jobEnded((await reply.json() as { id: string }).id);

  expect(reply.status).toBe(202);
  expect(job).toMatchObject({ state: 'completed', result: { created: 50 } });
});

test('a request that is sent again under its key is answered once', async () => {
  const key = { 'idempotency-key': crypto.randomUUID() };

  const [first, second] = await Promise.all([store.post('/api/v1/checks', { only: ['duplicate-key'] }, key), store.post('/api/v1/checks', { only: ['duplicate-key'] }, key)]);
  const other = await store.post('/api/v1/checks', { deep: true }, key);

  const ids = [await first.json() as { id: string }, await second.json() as { id: string }].map((each) => each.id);
  expect(ids[0]).toBe(ids[1]);
  expect([first, second].map((each) => each.headers.get('idempotency-replayed')).toSorted()).toEqual([null, 'true'].toSorted());
  expect([other.status, (await other.json() as { code: string }).code]).toEqual([409, 'REQUEST_CONFLICT']);
});

test('the change feed comes as events and goes on after the last one that was seen', async () => {
  const { items } = await store.json<{ items: { seq: string }[] }>('/api/v1/changes?since=0');
  const [first, second] = items;

  const seen = await eventsOf('/api/v1/changes/events?since=0', 1);
  const resumed = await eventsOf('/api/v1/changes/events', 1, { 'last-event-id': String(first?.seq) });

  expect(seen[0]).toContain(`id: ${first?.seq}\n`);
  expect(resumed[0]).toContain(`id: ${second?.seq}\n`);
});

test('a job is followed to its end', async () => {
  const { id } = await (await store.post('/api/v1/checks', {})).json() as { id: string };

  const events = await eventsOf(`/api/v1/jobs/${id}/events`, Infinity);

  expect(events.at(-1)).toContain('event: end\n');
  expect(events.at(-1)).toContain('"state":"completed"');
});

test('an export is streamed, and equal stores give equal bytes', async () => {
  const jsonl = await store.ask('/api/v1/exports/suppliers?sorted=true&portable=true');
  const csv = await (await store.ask('/api/v1/exports/products?format=csv&sorted=true')).text();
  const unfit = await store.ask('/api/v1/exports/products?excel=true');

  expect(jsonl.headers.get('content-type')).toContain('application/x-ndjson');
  expect(JSON.parse((await jsonl.text()).split('\n')[0] ?? '')).toMatchObject({ entity: 'supplier', sourceId: 'b2b-2208000001' });
  expect(csv.split('\r\n')[1]).toContain('610947572360');
  expect([unfit.status, (await unfit.json() as { code: string }).code]).toEqual([400, 'ARGUMENT_INVALID']);
});

test('suppliers are listed page by page', async () => {
  const page = await store.json<Items>('/api/v1/suppliers?limit=1');

  expect(page).toMatchObject({ items: [{ sourceId: 'b2b-2208000001' }], nextCursor: null });
});

/** The first events of a stream, without comments. */
async function eventsOf(address: string, count: number, headers: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const gone = new AbortController();
  const reply = await store.ask(address, { headers, signal: gone.signal });
  const events: string[] = [];
  let rest = '';
  for await (const chunk of reply.body as unknown as AsyncIterable<Uint8Array>) {
    const parts = (rest + new TextDecoder().decode(chunk)).split('\n\n');
    rest = parts.pop() ?? '';
    events.push(...parts.filter((each) => each.startsWith('id:')));
    if (events.length >= count) break;
  }
  gone.abort();
  return events;
}
