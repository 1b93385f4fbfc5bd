import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aServer, fillStore, type TestServer } from './a-server.ts';
import { openRaw, sendRaw } from './raw-request.ts';

let store: TestServer;
beforeAll(async () => {
  store = await aServer({ jobs: 0, limits: { bodyTimeoutMs: 700, headersTimeoutMs: 1_000, stallMs: 1_500 } });
  await fillStore(store.mirror);
});
afterAll(() => store[Symbol.asyncDispose]());

describe('H04: a body', () => {
  const sent = async (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<[number, string]> => {
    const reply = await store.ask('/api/v1/plans', { method: 'POST', body: body as never, headers: { 'content-type': 'application/json', ...headers } });
    return [reply.status, ((await reply.json()) as { code: string }).code];
  };
  const invalid = [400, 'ARGUMENT_INVALID'];

  test('that is no JSON, no UTF-8, too deep, or names a key twice or __proto__ is 400', async () => {
    expect(await sent('{"force": tru')).toEqual(invalid);
    expect(await sent(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toEqual(invalid);
    expect(await sent('['.repeat(100_000) + ']'.repeat(100_000))).toEqual(invalid);
    expect(await sent('{"a":'.repeat(100_000))).toEqual(invalid);
    expect(await sent('{"force":true,"force":false}')).toEqual(invalid);
    expect(await sent('{"force":true,"\\u0066orce":false}')).toEqual(invalid);
    expect(await sent('{"__proto__":{"admin":true}}')).toEqual(invalid);
    expect(await sent('{"constructor":{"prototype":{"admin":true}}}')).toEqual(invalid);
    expect(await sent('[]')).toEqual(invalid);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  test('over 1 MiB is 413, told or not', async () => {
    expect(await sent(`{"force":"${'x'.repeat(1_048_576)}"}`)).toEqual([413, 'REQUEST_TOO_LARGE']);
    const head = `POST /api/v1/plans HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${store.operator}\r\ncontent-type: application/json\r\n`;
    expect((await sendRaw(store.url, `${head}content-length: 10000000000\r\n\r\n{`)).status).toBe(413);
    const before = process.memoryUsage().rss;
    const piece = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    expect((await sendRaw(store.url, `${head}transfer-encoding: chunked\r\n\r\n${piece.repeat(64)}`)).status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1_048_576);
  });

  test('that is encoded, or of another type, is 415', async () => {
    expect(await sent(gzipSync(Buffer.alloc(10_000_000)), { 'content-encoding': 'gzip' })).toEqual([415, 'REQUEST_TYPE']);
    expect(await sent('force=true', { 'content-type': 'application/x-www-form-urlencoded' })).toEqual([415, 'REQUEST_TYPE']);
    expect(await sent('{"force":true}', { 'content-type': 'text/plain' })).toEqual([415, 'REQUEST_TYPE']);
  });
});

describe('H05: who is slow', () => {
  test('with headers or a body is closed, and others do not notice', async () => {
    const started = Date.now();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => sendRaw(store.url, at % 2 === 0 ? 'GET /livez HTTP/1.1\r\nhost: local'
      : `POST /api/v1/plans HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${store.operator}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`, { timeoutMs: 15_000 })));
    const took = Date.now() - started;

    const statuses = new Set(answers.map((each) => each.status)); // 0: closed without a word, which is as good
    expect([...statuses].filter((status) => status !== 408 && status !== 0)).toEqual([]);
    expect(statuses).toContain(408);
    expect(took).toBeLessThan(15_000);
    expect((await store.ask('/api/v1/products')).status).toBe(200);
  });

  test('while a thousand hang, gets its answer as before', async () => {
    const hanging = await Promise.all(Array.from({ length: 1_000 }, async () => {
      const socket = await openRaw(store.url);
      socket.on('error', () => {});
      socket.write('GET /livez HTTP/1.1\r\n');
      return socket;
    }));
    const times: number[] = [];
    for (let at = 0; at < 20; at += 1) {
      const start = performance.now();
      await (await store.ask('/api/v1/products/610947572360')).arrayBuffer();
      times.push(performance.now() - start);
    }
    for (const socket of hanging) socket.destroy();

    expect(times.toSorted((a, b) => a - b)[18]).toBeLessThan(250);
  });

  test('to read an export holds it back, and is dropped when nothing moves', async () => {
    const { db } = store.mirror;
    await db.knex.raw(`insert into sync1688.products (source_id, title, description) select 'slow' || n, '慢', repeat('x', 20000) from generate_series(1, 4000) n`);
    const socket = await openRaw(store.url);
    socket.on('error', () => {});
    const before = process.memoryUsage().rss;
    const closed = new Promise<number>((resolve) => { const at = Date.now(); socket.once('close', () => { resolve(Date.now() - at); }); });

    socket.write(`GET /api/v1/exports/products HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${store.operator}\r\n\r\n`);
    socket.pause();
    await sleep(1_200);
    const grown = process.memoryUsage().rss - before;
    await expect.poll(async () => /sync1688_http_streams_open (\d+)/.exec(await (await store.ask('/metrics')).text())?.[1], { timeout: 10_000 }).toBe('0');
    socket.resume();

    expect(grown).toBeLessThan(80 * 1_048_576);
    expect(await closed).toBeLessThan(15_000);
  });
});
