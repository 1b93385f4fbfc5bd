import { pageAddresses } from '@1688/dashboard';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aServer, type TestServer } from './a-server.ts';

let store: TestServer;
beforeAll(async () => { store = await aServer({ jobs: 0 }); });
afterAll(() => store[Symbol.asyncDispose]());

/** As a browser that has no session yet. */
const ask = (address: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> => fetch(`${store.url}${address}`, { headers: { accept: 'text/html', ...headers } });

test('each address of the dashboard is answered with the same document, for anybody', async () => {
  const addresses = Object.values(pageAddresses).map((address) => address.replaceAll(/:\w+/g, '610947572360'));

  const replies = await Promise.all(addresses.map((address) => ask(address)));

  expect(replies.map((reply) => reply.status)).toEqual(addresses.map(() => 200));
  expect(new Set(await Promise.all(replies.map((reply) => reply.text()))).size).toBe(1);
});

test('the document is asked for again each time, what it loads never', async () => {
  const document = await ask('/');
  const script = /src="(\/assets\/[^"]+)"/.exec(await document.text())?.[1] ?? '';
  const loaded = await ask(script);
  const again = await ask('/', { 'if-none-match': document.headers.get('etag') ?? '' });

  expect(document.headers.get('cache-control')).toBe('no-cache');
  expect([loaded.headers.get('content-type'), loaded.headers.get('cache-control'), loaded.headers.get('content-encoding')]).toEqual(['text/javascript; charset=utf-8', 'public, max-age=31536000, immutable', 'gzip']);
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('a browser that takes no gzip gets the bytes as they are', async () => {
  const zipped = await (await ask('/products')).text();
  const plain = await ask('/products', { 'accept-encoding': 'identity' });

  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await plain.text()).toBe(zipped);
});

test('a file that is not there, and an address of no page, are not found', async () => {
  expect((await ask('/assets/nothing.js')).status).toBe(404);
  expect((await ask('/assets/..%2findex.html')).status).toBe(404);
  expect((await ask('/nowhere')).status).toBe(404);
});

test('a problem says its title in Chinese to who asks for it', async () => {
  const reply = await store.ask('/api/v1/products/1', { headers: { 'accept-language': 'zh-CN' } });

  expect(await reply.json()).toMatchObject({ code: 'NOT_FOUND', title: expect.stringMatching(/\p{Script=Han}/u) as unknown });
});
