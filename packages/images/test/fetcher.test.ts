import { answer, hostileServer, later, type HostileServer } from '@1688/hostile-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchImage } from '../src/fetch-image.ts';
import { failureOf, fetcherFor } from './fault-fixture.ts';

let server: HostileServer;

beforeAll(async () => {
  server = await hostileServer({
    '/ok': answer('picture', { headers: { etag: '"v1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', 'content-type': 'image/jpeg' } }),
    '/conditional': (socket, request) => (/if-none-match: "v1"|if-modified-since: Thu/.test(request.head) ? answer('', { status: '304 Not Modified' }) : answer('new'))(socket, request),
    '/comes-back': (socket, request) => (request.count === 1 ? answer('', { status: '404 Not Found' }) : answer('found'))(socket, request),
    '/flaky': (socket, request) => (request.count < 3 ? answer('', { status: '503 Service Unavailable' }) : answer('at last'))(socket, request),
    '/asks-to-wait': (socket, request) => (request.count === 1 ? answer('', { status: '429 Too Many Requests', headers: { 'retry-after': '0' } }) : answer('now'))(socket, request),
    '/429': answer('', { status: '429 Too Many Requests', headers: { 'retry-after': '120' } }),
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const textOf = ({ bytes }: { readonly bytes: Uint8Array }): string => Buffer.from(bytes).toString();

describe('an honest origin', () => {
  test('gives bytes and its marks', async () => {
    const fetched = await fetchImage(`${server.origin}/ok`, { allow: [{ cidr: '127.0.0.1/32', port: server.port }] });

    expect(textOf(fetched)).toBe('picture');
    expect(fetched).toMatchObject({ etag: '"v1"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT', contentType: 'image/jpeg', finalUrl: `${server.origin}/ok` });
  });

  test('is asked for plain bytes, without a page where no profile names one', async () => {
    await using fetcher = fetcherFor(server.port);

    await fetcher.fetch(`${server.origin}/ok#top`);

    expect(server.heads().at(-1)).toMatch(/^GET \/ok HTTP\/1.1\r\n[^]*accept-encoding: identity/);
    expect(server.heads().at(-1)).not.toContain('referer');
  });

  test('is asked as its profile says', async () => {
    const resolve = async (): Promise<string[]> => ['127.0.0.1'];
    await using fetcher = fetcherFor(server.port, { resolve, hosts: { '*.alicdn.com': { accept: 'image/webp' }, 'shop.example': { referer: 'https://shop.example/p', headers: { 'x-key': '7' } } } });

    await fetcher.fetch(`http://cbu01.alicdn.com:${server.port}/ok`);
    expect(server.heads().at(-1)).toMatch(/accept: image\/webp\r\n[^]*referer: https:\/\/www.1688.com\/\r\n/);
    await fetcher.fetch(`http://shop.example:${server.port}/ok`);

    expect(server.heads().at(-1)).toMatch(/referer: https:\/\/shop.example\/p\r\nx-key: 7\r\n/);
  });

  test('is asked again with what is known, and says that nothing changed', async () => {
    await using fetcher = fetcherFor(server.port);

    expect(await fetcher.refetch(`${server.origin}/conditional`, { etag: '"v1"' })).toBeNull();
    expect(await fetcher.refetch(`${server.origin}/conditional`, { lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' })).toBeNull();
    expect((await fetcher.refetch(`${server.origin}/conditional`, { etag: '"v0"' }))?.bytes).toHaveLength(3);
  });

  test('that fails twice is asked a third time, and one that asks to wait when it said', async () => {
    await using fetcher = fetcherFor(server.port);

    expect(textOf(await fetcher.fetch(`${server.origin}/flaky`))).toBe('at last');
    expect(textOf(await fetcher.fetch(`${server.origin}/asks-to-wait`))).toBe('now');
  });

  test('that asks for more patience than one call has is told so to the caller, and left alone meanwhile', async () => {
    await using fetcher = fetcherFor(server.port);

    expect(await failureOf(fetcher.fetch(`${server.origin}/429`))).toMatchObject({ code: 'FETCH_STATUS', details: { status: 429, retryAfterMs: 120_000 } });
    expect(await failureOf(fetcher.fetch(`${server.origin}/ok`))).toMatchObject({ code: 'ORIGIN_SUSPENDED', details: { retryAfterMs: expect.any(Number) } });
  });

  test('that had nothing is asked again by who asks for changes, and what it has then is fetched', async () => {
    await using fetcher = fetcherFor(server.port);
    expect(await failureOf(fetcher.fetch(`${server.origin}/comes-back`))).toMatchObject({ code: 'FETCH_GONE', details: { status: 404 } });
    expect(await failureOf(fetcher.fetch(`${server.origin}/comes-back`))).toMatchObject({ code: 'FETCH_GONE', details: { status: 404, remembered: true } });

    expect(await fetcher.refetch(`${server.origin}/comes-back`, {})).toMatchObject({ bytes: expect.anything() });

    expect(textOf(await fetcher.fetch(`${server.origin}/comes-back`))).toBe('found');
  });
});

describe('many requests to one host', () => {
  test('are four at once and no more', async () => {
    await using own = await hostileServer({ '/busy': later(answer('busy'), 30) });
    await using fetcher = fetcherFor(own.port);
    let most = 0;
    const watch = setInterval(() => { most = Math.max(most, own.open()); }, 2);

    await Promise.all(Array.from({ length: 16 }, (_, n) => fetcher.fetch(`${own.origin}/busy?${n}`)));

    clearInterval(watch);
    expect([most, own.requests()]).toEqual([4, 16]);
  });

  test('wait for their place without losing time of their own', async () => {
    await using own = await hostileServer({ '/slow': later(answer('slow'), 100) });
    await using fetcher = fetcherFor(own.port, { attempts: 1, timeoutMs: 900 });

    const fetched = await Promise.all(Array.from({ length: 48 }, (_, n) => fetcher.fetch(`${own.origin}/slow?${n}`)));

    expect(fetched).toHaveLength(48);
  });
});
