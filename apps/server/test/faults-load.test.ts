import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { addApiKey, readiness, type Mirror } from '@1688/mirror';
import { startServer } from '@1688/server';
import { describe, expect, test } from 'vitest';
import { tokenBuckets } from '../src/load/token-buckets.ts';
import { aServer, fillStore } from './a-server.ts';

describe('H07: a client that sends too much', () => {
  test('is told 429 and how long to wait, and others are not', async () => {
    await using store = await aServer({ jobs: 0, perSecond: 5 });
    const { key } = await addApiKey(store.mirror, 'other');

    const replies = await Promise.all(Array.from({ length: 50 }, () => store.ask('/api/v1/session')));
    const refused = replies.filter((reply) => reply.status === 429);

    expect(refused.length).toBeGreaterThanOrEqual(35);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refused[0]?.json()).toMatchObject({ code: 'REQUEST_LIMIT', retryable: true });
    expect((await store.ask('/api/v1/session', { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
  });

  test('does not get more by claiming to be many', async () => {
    await using store = await aServer({ jobs: 0 });
    const guess = async (at: number): Promise<number> => (await fetch(`${store.url}/api/v1/stats`, { headers: { authorization: 'Bearer no', 'x-forwarded-for': `10.0.0.${at}` } })).status;

    const replies: number[] = [];
    for (let at = 0; at < 40; at += 1) replies.push(await guess(at));

    expect(replies.filter((status) => status === 429).length).toBeGreaterThanOrEqual(15);
  });

  test('is one whom a trusted proxy names', async () => {
    await using store = await aServer({ jobs: 0, env: { SERVER_TRUSTED_PROXIES: '127.0.0.1/32' } });
    const guess = async (at: number): Promise<number> => (await fetch(`${store.url}/api/v1/stats`, { headers: { authorization: 'Bearer no', 'x-forwarded-for': `10.0.0.${at}` } })).status;

    const replies: number[] = [];
    for (let at = 0; at < 40; at += 1) replies.push(await guess(at));

    expect(new Set(replies)).toEqual(new Set([401]));
  });

  test('is forgotten before memory fills', () => {
    let now = 0;
    const buckets = tokenBuckets({ perSecond: 1, burst: 1, mostClients: 3, now: () => now });

    expect(['a', 'a', 'b', 'c', 'd'].map((client) => buckets.take(client))).toEqual([0, 1, 0, 0, 0]);
    expect(buckets.take('a')).toBe(0);
    now = 1_000;
    expect(buckets.take('d')).toBe(0);
  });
});

test('H08: more than can be done at once is refused at once, and all is as before when it ends', async () => {
  await using store = await aServer({ jobs: 0, limits: { mostInFlight: 8 } });
  await fillStore(store.mirror);

  await using connection = await store.mirror.db.connect();
  await connection.client.query('begin; lock table sync1688.products in access exclusive mode');
  const asked = Array.from({ length: 40 }, async () => {
    const reply = await store.ask('/api/v1/products/610947572360');
    return [reply.status, reply.headers.get('retry-after'), reply.status === 200 ? '' : ((await reply.json()) as { code: string }).code] as const;
  });
  const refused: unknown[] = [];
  for (const each of asked) void each.then((answer) => answer[0] === 503 && refused.push(answer));
  await expect.poll(() => refused.length, { timeout: 20_000 }).toBe(32);
  await connection.client.query('rollback');
  const answers = await Promise.all(asked);
  const metrics = await (await store.ask('/metrics')).text();

  expect(answers.filter(([status]) => status === 200)).toHaveLength(8);
  expect(answers.find(([status]) => status === 503)).toEqual([503, '1', 'SERVER_BUSY']);
  expect(metrics).toMatch(/sync1688_http_refused_total\{reason="request"\} \d+/);
  expect((await store.ask('/api/v1/products/610947572360')).status).toBe(200);
});

describe('H09: the end', () => {
  test('is told to load balancers first; what was begun is answered, streams end, and a second call changes nothing', async () => {
    await using store = await aServer({ jobs: 1, drainMs: 400 });
    await fillStore(store.mirror);
    const events = await store.ask('/api/v1/changes/events?since=999');
    const closing = store.server.close();
    const ready = await fetch(`${store.url}/readyz`);
    const during = await Promise.all(Array.from({ length: 20 }, async () => (await store.ask('/api/v1/products')).status));
    await Promise.all([closing, store.server.close()]);

    expect([ready.status, await ready.json()]).toEqual([503, { ok: false, reasons: ['stopping'] }]);
    expect(ready.headers.get('connection')).toBe('close');
    expect(new Set(during)).toEqual(new Set([200]));
    expect(await events.text()).toContain('retry:');
    await expect(fetch(`${store.url}/livez`)).rejects.toThrow();
  });

  test('does not wait for ever for a request that hangs', async () => {
    await using store = await aServer({ jobs: 0 });
    await using lock = await store.mirror.db.connect();
    await fillStore(store.mirror);
    await lock.client.query('begin; lock table sync1688.products');
    const hanging = store.ask('/api/v1/products').then((reply) => reply.status, () => 'cut');
    await sleep(100);
    const started = Date.now();

    const closing = store.server.close();
    const answered = await hanging;
    await lock.client.query('rollback');
    await closing;

    expect([503, 'cut']).toContain(answered);
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});

describe('H10: health', () => {
  test('tells which part is amiss, and nothing else', async () => {
    await using store = await aServer({ jobs: 0 });
    const ready = async (mirror: Mirror): Promise<[number, unknown, number]> => {
      await using server = await startServer(mirror, { port: 0, jobs: 0 });
      const [reply, live] = await Promise.all([fetch(`${server.url}/readyz`), fetch(`${server.url}/livez`)]);
      return [reply.status, await reply.json(), live.status];
    };
    const { config, storage } = store.mirror;

    expect(await ready(store.mirror)).toEqual([200, { ok: true, reasons: [] }, 200]);
    await store.mirror.db.knex.raw(`update sync1688.store set picture_store_id = 'another'`);
    expect(await ready(store.mirror)).toEqual([503, { ok: false, reasons: ['pictures'] }, 200]);
    await store.mirror.db.knex.raw('update sync1688.store set picture_store_id = null');
    await store.mirror.db.knex.raw(`delete from sync1688.migrations where name like '0006%'`).catch(() => {});
    const waiting = { ...store.mirror, config: { ...config, file: { ...config.file, migrations: [{ name: '9999-later', up: 'select 1', down: null }] } } };
    expect(await ready(waiting)).toMatchObject([503, { reasons: expect.arrayContaining(['migrations']) as unknown }, 200]);
    expect(storage.name).toBe('file');
  });

  test('says that the disk has less room left than is asked for', async () => {
    await using store = await aServer({ jobs: 0 });
    const { bavail, blocks } = await statfs(store.mirror.config.dataDir);
    const free = Number(bavail) / Number(blocks);

    expect(await readiness(store.mirror, { leastFree: free + 0.2 })).toEqual(['disk']);
    expect(await readiness(store.mirror, { leastFree: Math.max(free - 0.2, 0) })).toEqual([]);
  });

  test('says so within half a second when the database is away', async () => {
    await using store = await aServer({ jobs: 0, breakable: true });
    const cut = (): 'cut' => 'cut';
    if (store.network) store.network.faults.decide = cut;
    store.network?.cutAll();
    const started = Date.now();

    const [live, ready] = await Promise.all([fetch(`${store.url}/livez`), fetch(`${store.url}/readyz`)]);
    const took = Date.now() - started;
    const asked = await store.ask('/api/v1/stats');
    if (store.network) store.network.faults.decide = () => 'pass';
    const back = await store.ask('/api/v1/stats');

    expect([live.status, ready.status, await ready.json()]).toEqual([200, 503, { ok: false, reasons: ['database'] }]);
    expect(took).toBeLessThan(1_500);
    expect([asked.status, asked.headers.get('retry-after'), back.status]).toEqual([503, '5', 200]);
  });

  test('says so as fast when the network has fallen silent', async () => {
    await using store = await aServer({ jobs: 0, breakable: true, env: { DB_STATEMENT_TIMEOUT: '1' } });
    if (store.network) store.network.faults.silent = true;
    const started = Date.now();

    const ready = await fetch(`${store.url}/readyz`);
    const took = Date.now() - started;
    if (store.network) store.network.faults.silent = false;
    store.network?.cutAll();

    expect([ready.status, ((await ready.json()) as { reasons: string[] }).reasons[0]]).toEqual([503, 'database']);
    expect(took).toBeLessThan(1_500);
  });
});
