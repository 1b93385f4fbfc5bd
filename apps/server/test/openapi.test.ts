import { Readable } from 'node:stream';
import { addWatch, check, createBackup, restoreBackup, saveUpload, type Mirror } from '@1688/mirror';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { routeTable } from '../src/api/route-table.ts';
import type { Route } from '../src/api/route.ts';
import { exampleBackup, exampleImage, exampleJob, exampleOffer, exampleRestore, exampleUpload, exampleWaitingJob, exampleWatch } from '../src/routes/example-ids.ts';
import { openSessions } from '../src/security/sessions.ts';
import { aServer, fillStore, type TestServer } from './a-server.ts';

/** A store in which everything that the examples name is there. */
async function makeExamplesTrue(mirror: Mirror): Promise<void> {
  const { knex } = mirror.db;
  await fillStore(mirror, { moved: false });
  await knex.raw(`insert into sync1688.sync_records (kind, scope) values ('import', 'hanging')`);
  await fillStore(mirror);
  const upload = await saveUpload(mirror, Readable.from([Buffer.from('商品ID,商品标题,价格\n610947572399,夏季碎花连衣裙,35.00\n')]), { name: '商品.csv' });
  await knex.raw('update sync1688.uploads set id = ? where id = ?', [exampleUpload, upload.id]);
  await knex.raw(
    `insert into sync1688.image_objects (sha256, key, size_bytes, width_px, height_px, format, reference_count, state) values (?, ?, 7, 1, 1, 'png', 1, 'live')`,
    [exampleImage, `sha256/${exampleImage.slice(0, 2)}/${exampleImage.slice(2, 4)}/${exampleImage}.png`]);
  await knex.raw(`update sync1688.product_images set state = 'stored', sha256 = ? where role = 'main'`, [exampleImage]);
  for (const [id, kind, state] of [[exampleJob, 'import', 'completed'], [exampleWaitingJob, 'images', 'queued']]) {
    await knex.raw(`insert into sync1688.jobs (id, kind, lane, input, state, finished_at) values (?, ?, 'x', '{}', ?, case when ? = 'completed' then now() end)`, [id, kind, state, state] as never);
  }
  await knex.raw('alter table sync1688.consistency_runs alter column id restart with 1');
  await check(mirror, { only: ['duplicate-key'] });
  await knex.raw(`insert into sync1688.consistency_runs (kind, status, plan) select 'plan', 'completed', jsonb_build_object('store', jsonb_build_object('id', id, 'epoch', epoch::text), 'actions', '[]'::jsonb, 'refused', '[]'::jsonb) from sync1688.store`);
  await knex.raw(`insert into sync1688.consistency_runs (kind, status) values ('fix', 'completed')`);
  await addWatch(mirror, { id: exampleWatch, filter: { priceDownPercent: 5 }, sink: { kind: 'stdout' } });
  await createBackup(mirror, { name: exampleBackup });
  const { id, target } = await restoreBackup(mirror, exampleBackup);
  const { rows: [note] } = await knex.raw<{ rows: { text: string }[] }>(`select obj_description(?::regnamespace, 'pg_namespace') as text`, [target]);
  await knex.raw('alter schema ?? rename to ??', [target, `sync1688_restore_${exampleRestore}`]);
  await knex.raw(`comment on schema ?? is '${note!.text.replaceAll(id, exampleRestore).replaceAll("'", "''").replaceAll('?', String.raw`\?`)}'`, [`sync1688_restore_${exampleRestore}`]);
}

async function send(store: TestServer, { path, method, example, takesFile, body }: Route): Promise<Response> {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(example.params?.[name] ?? ''));
  const query = new URLSearchParams(example.query).toString();
  const text = takesFile ? String(example.body) : body && example.body !== undefined ? JSON.stringify(example.body) : undefined;
  return store.ask(`/api/v1${filled}${query ? `?${query}` : ''}`, {
    method, ...(text === undefined ? {} : { body: text }), headers: { ...(text === undefined ? {} : { 'content-type': takesFile ? 'application/octet-stream' : 'application/json' }), ...example.headers },
    signal: AbortSignal.timeout(20_000),
  });
}

test('every example of the documentation is sent, and gets what it shows', async () => {
  await using store = await aServer({ jobs: 0 });
  await makeExamplesTrue(store.mirror);
  const routes = routeTable(openSessions());
  const isLast = ({ id }: Route): number => Number(/^(?:delete|remove|restore|end)/.test(id));

  for (const route of routes.toSorted((a, b) => isLast(a) - isLast(b))) {
    const reply = await send(store, route);
    const isEvents = Array.isArray(route.gives) && route.gives.includes('text/event-stream');
    const text = isEvents ? await firstEvent(reply) : await reply.text();

    expect([route.id, reply.status, reply.status >= 300 ? text : ''], text).toEqual([route.id, route.status ?? 200, '']);
    if (Array.isArray(route.gives)) expect(route.gives.some((type) => reply.headers.get('content-type')?.startsWith(type)), route.id).toBe(true);
    else expect(JSON.parse(text), route.id).toMatchObject(asPattern(route.example.reply ?? {}));
  }
});

test('the document is OpenAPI 3.1 in which every reference leads somewhere and every operation has a name', async () => {
  await using store = await aServer({ jobs: 0 });

  const document = await (await fetch(`${store.url}/api/v1/openapi.json`)).json() as { openapi: string; paths: Record<string, Record<string, { operationId: string; responses: object }>>; components: { schemas: Record<string, object> } };
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] ?? '');
  const names = Object.values(document.paths).flatMap((path) => Object.values(path).map((each) => each.operationId));

  expect(document.openapi).toBe('3.1.0');
  expect(references.filter((name) => !(name in document.components.schemas))).toEqual([]);
  expect(new Set(names).size).toBe(routeTable(openSessions()).length);
  expect(text).not.toContain('$defs');
  expect(document.components.schemas['Product']).toMatchObject({ type: 'object', properties: { offerId: { type: 'string' }, supplier: {} } });
});

test('a JSON schema of the document accepts what the server gives', async () => {
  await using store = await aServer({ jobs: 0 });
  await fillStore(store.mirror);
  const document = await store.json<{ components: { schemas: Record<string, object> } }>('/api/v1/openapi.json');
  const inlined = JSON.parse(JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/')) as Record<string, object>;

  const schema = z.fromJSONSchema({ ...inlined['Product'], $defs: inlined } as never);

  const product = await store.json(`/api/v1/products/${exampleOffer}`);

  expect(product).toMatchObject({ offerId: exampleOffer });
  expect(schema.safeParse(product).error).toBeUndefined();
  expect(schema.safeParse({ offerId: 1 }).success).toBe(false);
});

test('the documentation page tells every address without a script', async () => {
  await using store = await aServer({ jobs: 0 });

  const reply = await fetch(`${store.url}/docs?lang=zh`);
  const page = await reply.text();

  expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page).not.toMatch(/<script|style=|https?:\/\/(?!127\.0\.0\.1)/);
  for (const { path } of routeTable(openSessions())) expect(page).toContain(`/api/v1${path}`);
});

/** Objects as they must be at least; of a list, its first items. */
function asPattern(value: unknown): object {
  if (Array.isArray(value)) return value.length === 0 ? expect.any(Array) as object : expect.arrayContaining(value.map((each) => (typeof each === 'object' && each !== null ? expect.objectContaining(asPattern(each)) : each) as unknown)) as object;
  return Object.fromEntries(Object.entries(value as object).map(([name, each]: [string, unknown]) => [name, typeof each === 'object' && each !== null ? (Array.isArray(each) ? asPattern(each) : expect.objectContaining(asPattern(each))) : each]));
}

async function firstEvent(reply: Response): Promise<string> {
  let text = '';
  for await (const chunk of reply.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk);
    if (text.includes('\ndata: ')) break;
  }
  return text;
}
