import { createHash, timingSafeEqual } from 'node:crypto';
import { addApiKey, apiClientOf, listApiKeys, removeApiKey } from '@1688/mirror';
import { startServer } from '@1688/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aServer, type TestServer } from './a-server.ts';
import { sendRaw } from './raw-request.ts';

let store: TestServer;
beforeAll(async () => { store = await aServer({ jobs: 0 }); });
afterAll(() => store[Symbol.asyncDispose]());

const asked = async (headers: Record<string, string>, address = '/api/v1/stats', method = 'GET'): Promise<[number, string | undefined]> => {
  const reply = await fetch(`${store.url}${address}`, { method, headers });
  return [reply.status, reply.status < 400 ? undefined : ((await reply.json()) as { code: string }).code];
};

describe('H01: a key', () => {
  test('that is absent, wrong, expired or revoked is 401, whatever stands beside it', async () => {
    const { key: expired } = await addApiKey(store.mirror, 'expired', { expiresAt: new Date(Date.now() - 1_000) });
    const { key: revoked } = await addApiKey(store.mirror, 'revoked');
    await removeApiKey(store.mirror, 'revoked');

    const replies = await Promise.all([{}, { authorization: 'Bearer 1688_wrong' }, { authorization: `Bearer ${expired}` }, { authorization: `Bearer ${revoked}` }, { authorization: 'Basic eDp5' }, { 'x-api-key': '' }].map((headers) => asked(headers as Record<string, string>)));

    expect(replies).toEqual(replies.map(() => [401, 'AUTH_REQUIRED']));
  });

  test('that is revoked while it is used is refused within two seconds', async () => {
    const { key } = await addApiKey(store.mirror, 'short-lived');
    const before = await asked({ 'x-api-key': key });
    await removeApiKey(store.mirror, 'short-lived');
    await expect.poll(() => asked({ 'x-api-key': key }), { timeout: 3_000 }).toEqual([401, 'AUTH_REQUIRED']);

    expect(before).toEqual([200, undefined]);
  });

  test('in the address is 400, even a right one', async () => {
    expect(await asked({}, `/api/v1/stats?api_key=${store.operator}`)).toEqual([400, 'ARGUMENT_INVALID']);
    expect(await asked({ authorization: `Bearer ${store.operator}` }, '/api/v1/stats?token=x')).toEqual([400, 'ARGUMENT_INVALID']);
  });

  test('of a viewer reads and does not change', async () => {
    expect(await asked({ authorization: `Bearer ${store.viewer}` })).toEqual([200, undefined]);
    expect(await asked({ authorization: `Bearer ${store.viewer}` }, '/api/v1/checks', 'POST')).toEqual([403, 'AUTH_FORBIDDEN']);
  });

  test('is kept as its hash alone, and told once', async () => {
    const { rows } = await store.mirror.db.knex.raw<{ rows: { row: string; key_hash: Buffer }[] }>(`select to_jsonb(k)::text as row, key_hash from sync1688.api_keys k where name = 'operator'`);

    expect(rows[0]?.row).not.toContain(store.operator);
    expect(timingSafeEqual(rows[0]?.key_hash ?? Buffer.alloc(32), createHash('sha256').update(store.operator).digest())).toBe(true);
    expect(JSON.stringify(await listApiKeys(store.mirror))).not.toContain(store.operator);
  });

  test('of the configuration counts too, and a short one is refused', async () => {
    const withKeys = (API_KEYS: string) => ({ ...store.mirror, config: { ...store.mirror.config, values: { ...store.mirror.config.values, API_KEYS } } });

    expect(await apiClientOf(withKeys('viewer:0123456789abcdef,fedcba9876543210'), '0123456789abcdef')).toEqual({ name: 'config', role: 'viewer' });
    expect(await apiClientOf(withKeys('viewer:0123456789abcdef,fedcba9876543210'), 'fedcba9876543210')).toEqual({ name: 'config', role: 'operator' });
    await expect(startServer(withKeys('short'), { port: 0, jobs: 0 })).rejects.toMatchObject({ code: 'CONFIG_UNSAFE' });
  });

  test('that is guessed again and again has to wait', async () => {
    await using guessed = await aServer({ jobs: 0 });
    const replies: number[] = [];
    for (let at = 0; at < 40; at += 1) replies.push((await guessed.ask('/api/v1/stats', { headers: { authorization: `Bearer guess-${at}` } })).status);

    expect(replies.at(-1)).toBe(429);
    expect((await guessed.ask('/api/v1/stats')).status).toBe(200);
  });
});

test('H03: without a key nobody but this machine can reach a store', async () => {
  await using empty = await aServer({ jobs: 0 });
  for (const name of ['viewer', 'operator']) await removeApiKey(empty.mirror, name);

  await expect(startServer(empty.mirror, { host: '0.0.0.0', port: 0, jobs: 0 })).rejects.toMatchObject({ code: 'CONFIG_UNSAFE', hint: expect.stringContaining('keys add') });
  await addApiKey(empty.mirror, 'erp');
  await using open = await startServer(empty.mirror, { host: '0.0.0.0', port: 0, jobs: 0, drainMs: 0 });
  expect((await fetch(`${open.url}/livez`)).status).toBe(200);
});

describe('H06: a request', () => {
  const head = (lines: string): string => `${lines}\r\nauthorization: Bearer ${store.operator}\r\nconnection: close\r\n\r\n`;
  const status = async (text: string): Promise<number> => (await sendRaw(store.url, text)).status;

  test('with both ways of telling its length, or a broken one, is 400', async () => {
    expect(await status(head('POST /api/v1/checks HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked') + '0\r\n\r\n')).toBe(400);
    expect(await status(head('POST /api/v1/checks HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6') + 'hello')).toBe(400);
    expect(await status(head('POST /api/v1/checks HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: xchunked'))).toBe(400);
    expect(await status('GET /livez HTTP/1.1\r\nhost: localhost\r\nbad header : x\r\n\r\n')).toBe(400);
  });

  test('for another host is 421, also when it is led here under a foreign name', async () => {
    for (const host of ['evil.example', 'localhost.evil.example', '192.168.1.5', '0.0.0.0', 'localhost@evil.example', '']) expect([host, await status(head(`GET /livez HTTP/1.1\r\nhost: ${host}`))]).toEqual([host, 421]);
    for (const host of ['localhost', '127.0.0.1:1688', '[::1]:1688', 'LOCALHOST']) expect([host, await status(head(`GET /livez HTTP/1.1\r\nhost: ${host}`))]).toEqual([host, 200]);
  });

  test('with no host, two hosts or a whole address is 400', async () => {
    expect(await status(head('GET /livez HTTP/1.1\r\nx: y'))).toBe(400);
    expect(await status(head('GET /livez HTTP/1.1\r\nhost: localhost\r\nhost: evil.example'))).toBe(400);
    expect(await status(head('GET http://localhost/livez HTTP/1.1\r\nhost: localhost'))).toBe(400);
  });

  test('that says it was forwarded for another host is still judged by its own', async () => {
    expect(await status(head('GET /livez HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: localhost'))).toBe(421);
  });
});

describe('H12: in a browser', () => {
  const opened = async (): Promise<{ cookie: string; csrf: string }> => {
    const reply = await fetch(store.server.openLink());
    const cookie = reply.headers.get('set-cookie') ?? '';
    const session = await (await fetch(`${store.url}/api/v1/session`, { headers: { cookie: cookie.split(';')[0] ?? '' } })).json() as { csrfToken: string };
    return { cookie, csrf: session.csrfToken };
  };

  test('the printed link opens a session, once, with a cookie that no script and no other site can use', async () => {
    const link = store.server.openLink();
    const first = await fetch(link);
    const second = await fetch(link);

    expect(first.headers.get('set-cookie')).toMatch(/^1688sync_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect([first.status, second.status, second.headers.get('set-cookie')]).toEqual([200, 403, null]);
  });

  test('a change needs the token, and our own page as origin', async () => {
    const { cookie, csrf } = await opened();
    const post = async (headers: Record<string, string>): Promise<number> => (await fetch(`${store.url}/api/v1/checks`, { method: 'POST', headers: { cookie: cookie.split(';')[0] ?? '', ...headers } })).status;

    expect(await post({})).toBe(403);
    expect(await post({ 'x-csrf-token': 'guess' })).toBe(403);
    expect(await post({ 'x-csrf-token': csrf, origin: 'https://evil.example' })).toBe(403);
    expect(await post({ 'x-csrf-token': csrf, origin: 'null' })).toBe(403);
    expect(await post({ 'x-csrf-token': csrf, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await post({ 'x-csrf-token': csrf, origin: store.url })).toBe(202);
  });

  test('nobody is logged in from another page, and a method is what it says', async () => {
    const headers = { authorization: `Bearer ${store.operator}` };

    expect((await fetch(`${store.url}/api/v1/session`, { method: 'POST', headers: { ...headers, origin: 'https://evil.example' } })).status).toBe(403);
    expect((await fetch(`${store.url}/api/v1/stats`, { headers: { ...headers, 'x-http-method-override': 'DELETE' } })).status).toBe(403);
  });

  test('a key is exchanged for a session, which can be ended', async () => {
    const begun = await fetch(`${store.url}/api/v1/session`, { method: 'POST', headers: { authorization: `Bearer ${store.viewer}` } });
    const { role, csrfToken } = await begun.json() as { role: string; csrfToken: string };
    const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
    const ended = await fetch(`${store.url}/api/v1/session`, { method: 'DELETE', headers: { cookie, 'x-csrf-token': csrfToken } });

    expect([begun.status, role, ended.status]).toEqual([201, 'viewer', 200]);
    expect((await fetch(`${store.url}/api/v1/stats`, { headers: { cookie } })).status).toBe(401);
  });
});
