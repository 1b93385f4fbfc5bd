import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { importFile, type Mirror } from '@1688/mirror';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byteRange } from '../src/body/byte-range.ts';
import { aServer, fillStore, type TestServer } from './a-server.ts';
import { sendRaw } from './raw-request.ts';

let store: TestServer;
beforeAll(async () => {
  store = await aServer({ jobs: 0 });
  await fillStore(store.mirror);
});
afterAll(() => store[Symbol.asyncDispose]());

const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const asBrowser = { accept: 'text/html' };

/** A picture whose bytes are "abc". */
async function hang(mirror: Mirror): Promise<void> {
  const key = `sha256/ba/78/${sha256}.png`;
  await mirror.storage.put(key, 'abc');
  await mirror.db.knex.raw(`insert into sync1688.image_objects (sha256, key, size_bytes, width_px, height_px, format, reference_count) values (?, ?, 3, 1, 1, 'png', 1) on conflict do nothing`, [sha256, key]);
}

describe('H11: a text of a seller', () => {
  const nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)> {{7*7}} \u202e';

  test('is in no document that is served as a page: data comes as JSON alone', async () => {
    const line = { entity: 'product', offerId: '999', title: nasty, url: 'javascript:alert(1)', supplier: { sourceId: 'x1', name: nasty } };
    await importFile(store.mirror, new TextEncoder().encode(JSON.stringify(line)));

    for (const address of ['/products/999', '/', `/products?q=${encodeURIComponent(nasty)}`]) {
      const reply = await store.ask(address, { headers: asBrowser });
      const page = await reply.text();
      expect([address, reply.status]).toEqual([address, 200]);
      expect(page).not.toContain('alert(1)');
    }
    const json = await store.ask('/api/v1/products/999', { headers: asBrowser });
    expect(json.headers.get('content-type')).toContain('application/json');
  });

  test('is shown under a policy that runs nothing inline and nothing of others', async () => {
    for (const address of ['/', '/docs', '/nothing', '/api/v1/products/999', '/livez']) {
      const policy = (await store.ask(address, { headers: asBrowser })).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
    }
  });

  test('in an error is text too', async () => {
    const reply = await store.ask(`/${encodeURIComponent('<script>alert(1)</script>')}`, { headers: asBrowser });

    expect(reply.status).toBe(404);
    expect(await reply.text()).not.toContain('<script>');
  });
});

describe('H13: an address of a picture', () => {
  beforeAll(() => hang(store.mirror));
  const status = async (address: string): Promise<number> => (await sendRaw(store.url, `GET ${address} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${store.viewer}\r\nconnection: close\r\n\r\n`)).status;

  test('that climbs, breaks off or is none is not found', async () => {
    for (const address of ['/i/..%2f..%2fetc/passwd', `/i/${sha256}/..%2f..%2fpasswd`, `/i/${sha256}/original%00.png`, `/i/../../etc/passwd`, `/i/${sha256}/%2e%2e`, '/i/%FF/original', `/i/${'a'.repeat(300)}/original`, `/i/${sha256}/nothing.webp`]) {
      expect([address, [400, 404, 414].includes(await status(address))]).toEqual([address, true]);
    }
  });

  test('gives the bytes, never to be asked for again, as what they are', async () => {
    const reply = await store.ask(`/i/${sha256}/original`);
    const again = await store.ask(`/i/${sha256}/original`, { headers: { 'if-none-match': `W/"x", "${sha256}"` } });
    const head = await store.ask(`/i/${sha256}/original`, { method: 'HEAD' });

    expect([reply.status, await reply.text(), reply.headers.get('content-type'), reply.headers.get('x-content-type-options')]).toEqual([200, 'abc', 'image/png', 'nosniff']);
    expect(reply.headers.get('cache-control')).toContain('immutable');
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '3', '']);
  });

  test('gives one range, and refuses many', async () => {
    const ranged = async (range: string): Promise<[number, string | null, string]> => {
      const reply = await store.ask(`/i/${sha256}/original`, { headers: { range } });
      return [reply.status, reply.headers.get('content-range'), reply.status < 400 ? await reply.text() : ''];
    };

    expect(await ranged('bytes=1-1')).toEqual([206, 'bytes 1-1/3', 'b']);
    expect(await ranged('bytes=-2')).toEqual([206, 'bytes 1-2/3', 'bc']);
    expect(await ranged('bytes=1-')).toEqual([206, 'bytes 1-2/3', 'bc']);
    expect(await ranged('bytes=3-')).toEqual([416, 'bytes */3', '']);
    expect(await ranged(`bytes=${Array.from({ length: 1_000 }, () => '0-0').join(',')}`)).toEqual([416, 'bytes */3', '']);
    expect(await ranged('lines=1-2')).toEqual([200, null, 'abc']);
    expect(await ranged('bytes=-0')).toEqual([416, 'bytes */3', '']);
  });
});

test('H14: nothing that was said or is secret gets out of the log or into it as more than text', async () => {
  const canary = 'canary-8f1b2c3d4e5f';
  await using quiet = await aServer({ jobs: 0, env: { API_KEYS: `${canary}-key-of-config`, S3_SECRET_ACCESS_KEY: `${canary}-storage` } });
  const cookie = `1688sync_session=${canary}-cookie`;
  await quiet.ask(`/api/v1/search?q=${canary}-query`);
  await quiet.ask('/api/v1/stats', { headers: { authorization: `Bearer ${canary}-wrong` } });
  await quiet.ask('/api/v1/stats', { headers: { authorization: `Bearer ${canary}-key-of-config` } });
  await quiet.ask(`/api/v1/stats?api_key=${canary}-address`);
  await fetch(`${quiet.url}/open/${canary}-link`);
  await fetch(`${quiet.url}/`, { headers: { cookie, 'user-agent': `${canary} [31m`, 'x-forwarded-for': canary } });
  await quiet.post('/api/v1/plans', { force: `${canary}-body` });
  await quiet.ask(`/api/v1/uploads?name=${encodeURIComponent('a\r\n{"level":"ERROR"}\u001b[31m.csv')}`, { method: 'POST', body: 'x' });
  await quiet.ask('/api/v1/products/%0d%0aERROR');
  await sleep(200);

  const log = await readFile(path.join(quiet.folder, 'logs', 'app.log'), 'utf8');
  const lines = log.trimEnd().split('\n');

  expect(log).not.toContain(canary);
  expect(log).not.toContain('\u001b');
  expect(log).not.toContain(quiet.operator);
  expect(lines.map((line) => typeof (JSON.parse(line) as { level: unknown }).level)).toEqual(lines.map(() => 'string'));
  expect(lines.some((line) => line.includes('"msg":"request"'))).toBe(true);
});

test('H15: a text of 50 kB where an expression looks is answered at once', async () => {
  const attacks = ['a'.repeat(12_000), ' '.repeat(12_000), `${'a,'.repeat(5_000)}!`, '0'.repeat(12_000), '-'.repeat(12_000), '"'.repeat(12_000), '\\'.repeat(12_000)];
  for (const attack of attacks) {
    const started = performance.now();
    const replies = await Promise.all([
      store.ask(`/api/v1/search?cursor=${encodeURIComponent(attack.slice(0, 4_000))}`), store.ask('/api/v1/session', { headers: { range: attack, 'if-none-match': attack.replaceAll('\\', ','), 'idempotency-key': attack, 'last-event-id': attack } }),
      store.ask(`/i/${attack.slice(0, 4_000).replaceAll(/\W/g, 'x')}/original`), store.post('/api/v1/plans', { force: attack.repeat(4) }),
    ]);
    for (const reply of replies) expect(reply.status).toBeLessThan(500);
    expect(performance.now() - started).toBeLessThan(1_000);
  }
  const strict = performance.now();
  expect(byteRange(`bytes=${' '.repeat(50_000)}1-2`, 10)).not.toBeUndefined();
  expect(performance.now() - strict).toBeLessThan(1_000);
});

test('H16: a defect is told by its number alone, counted, and ends nobody else', async () => {
  const broken = { ...store.mirror.storage, get: () => { throw new TypeError(`secret at ${store.folder}`); } };
  await using other = await aServer({ jobs: 0 });
  await hang(other.mirror);
  Object.assign(other.mirror.storage, broken);

  const reply = await other.ask(`/i/${sha256}/original`);
  const problem = await reply.json() as { requestId: string; detail: string };
  const metrics = await (await other.ask('/metrics')).text();

  expect([reply.status, problem]).toMatchObject([500, { code: 'INTERNAL', hint: null }]);
  expect(JSON.stringify(problem)).not.toContain('secret');
  expect(metrics).toContain('sync1688_http_defects_total{route="/i/:sha256/:name"} 1');
  expect((await other.ask('/livez')).status).toBe(200);
  await expect.poll(async () => (await readFile(path.join(other.folder, 'logs', 'app.log'), 'utf8')).includes(problem.requestId)).toBe(true);
});

test('a stream that fails half-way is cut off, not ended as if it were whole', async () => {
  await using other = await aServer({ jobs: 0 });
  await hang(other.mirror);
  Object.assign(other.mirror.storage, { get: async () => ({ object: { key: 'x', sizeBytes: 3, modifiedAt: new Date(0) }, body: Readable.from((async function* () { yield Buffer.from('a'); throw new Error('disk'); })()) }) });

  const reply = await other.ask(`/i/${sha256}/original`);

  await expect(reply.text()).rejects.toThrow();
});
