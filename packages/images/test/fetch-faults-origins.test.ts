import { answer, blackHole, certificateAuthority, faults, hostileServer, redirect, type HostileServer } from '@1688/hostile-server';
import { memoryBackend } from '@1688/storage';
import { setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FetchedImage } from '../src/fetch-once.ts';
import type { FetcherOptions } from '../src/fetcher.ts';
import { openImageStore } from '../src/image-store.ts';
import { expectFailure, fetcherFor, watchDescriptors } from './fault-fixture.ts';
import { picture } from './pictures.ts';

let server: HostileServer;
let elsewhere: HostileServer;
let jpeg: Buffer;

beforeAll(async () => {
  jpeg = await picture().jpeg().toBuffer();
  elsewhere = await hostileServer(faults({ picture: jpeg, elsewhere: '' }));
  server = await hostileServer(faults({ picture: jpeg, elsewhere: elsewhere.origin }));
  expect(await fetchFrom('/ok')).toMatchObject({ bytes: jpeg }); // what is opened once stays open
  await expectFailure(download('/F29/page'), { code: 'IMAGE_TYPE', retryable: false });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});
afterEach(() => vi.useRealTimers());
watchDescriptors();

async function fetchFrom(path: string, options: FetcherOptions = {}): Promise<FetchedImage> {
  await using fetcher = fetcherFor(server.port, { attempts: 1, ...options });
  return await fetcher.fetch(server.origin + path);
}

/** As `fetchFrom`, decoded and stored; nothing is stored of what fails. */
async function download(path: string): Promise<void> {
  const storage = memoryBackend();
  await using images = await openImageStore({ storage, allow: [{ cidr: '127.0.0.1/32', port: server.port }], attempts: 1 });
  try {
    await images.download(server.origin + path);
  } finally {
    for await (const { key } of storage.list('')) expect.fail(`stored ${key}`);
  }
}

type Row = readonly [path: string, code: string, retryable: boolean];

async function expectRows(rows: readonly Row[], options: FetcherOptions = {}): Promise<void> {
  for (const [path, code, retryable] of rows) await expectFailure(fetchFrom(path, options), { code, retryable }, path);
}

describe('redirects', () => {
  test('F14: to private addresses and names, other schemes, passwords and ports are refused, and nobody is connected to', async () => {
    const before = elsewhere.accepted();
    const options = { resolve: async () => ['127.0.0.1'] };

    await expectRows(['private', 'name', 'metadata', 'scheme', 'userinfo', 'port'].map((name) => [`/F14/${name}`, 'REDIRECT_BLOCKED', false]), options);

    expect(elsewhere.accepted()).toBe(before);
  });

  test('F15: are followed three times, also relative ones', async () => {
    for (const path of ['/F15/three', '/F15/slashes']) expect(await fetchFrom(path)).toMatchObject({ bytes: jpeg, finalUrl: `${server.origin}/ok` });
    await expectRows([['/F15/loop', 'REDIRECT_LIMIT', false], ['/F15/four', 'REDIRECT_LIMIT', false], ['/F15/nowhere', 'FETCH_STATUS', false], ['/F15/long', 'REDIRECT_BLOCKED', false]]);
  });

  test('F15: from https to http are refused', async () => {
    const authority = certificateAuthority();
    setDefaultCACertificates([authority.cert]);
    const before = elsewhere.accepted();
    await using secure = await hostileServer(faults({ picture: jpeg, elsewhere: elsewhere.origin }), { tls: authority.issue('pictures.example') });
    await using fetcher = fetcherFor(secure.port, { resolve: async () => ['127.0.0.1'], allow: [secure.port, elsewhere.port].map((port) => ({ cidr: '127.0.0.1/32', port })) });

    await expectFailure(fetcher.fetch(`https://pictures.example:${secure.port}/F15/downgrade`), { code: 'REDIRECT_BLOCKED', retryable: false });

    expect(elsewhere.accepted()).toBe(before);
  });

  test('F16: to another origin do not take the headers along that were meant for the first', async () => {
    const hosts = { '127.0.0.1': { headers: { Authorization: 'Bearer secret', 'x-key': 'secret' }, referer: 'https://shop.example/' } };
    await using fetcher = fetcherFor(server.port, { hosts, allow: [{ cidr: '127.0.0.1/32', port: server.port }, { cidr: '127.0.0.1/32', port: elsewhere.port }] });

    expect((await fetcher.fetch(`${server.origin}/F16/away`)).bytes).toEqual(jpeg);

    expect(server.heads().at(-1)).toMatch(/authorization: Bearer secret\r\nx-key: secret/);
    expect(elsewhere.heads().at(-1)).toMatch(/referer: https:\/\/shop.example\//);
    expect(elsewhere.heads().at(-1)).not.toContain('secret');
  });
});

describe('connections', () => {
  test('F19: that are refused or broken off are tried three times', async () => {
    await expectRows([['/F19/reset', 'FETCH_RESET', true], ['/F19/reset-body', 'FETCH_RESET', true]], { attempts: 3 });
    expect([server.requests('/F19/reset'), server.requests('/F19/reset-body')]).toEqual([3, 3]);

    const gone = await hostileServer({});
    await gone[Symbol.asyncDispose]();
    await using fetcher = fetcherFor(gone.port);
    await expectFailure(fetcher.fetch(gone.origin), { code: 'FETCH_CONNECT', retryable: true });
  });

  test('F20: that nobody answers end in FETCH_TIMEOUT', async () => {
    await using hole = await blackHole();
    await using fetcher = fetcherFor(hole.port, { attempts: 1, connectTimeoutMs: 200 });

    await expectFailure(fetcher.fetch(`http://127.0.0.1:${hole.port}/`), { code: 'FETCH_TIMEOUT', retryable: true });
  });

  test('F21: on which nothing, or a byte now and then of a head, comes end in FETCH_TIMEOUT', async () => {
    await expectRows([['/F21/silent', 'FETCH_TIMEOUT', true], ['/F21/slow-head', 'FETCH_TIMEOUT', true]], { timeoutMs: 200 });
    await expectRows([['/F21/silent', 'FETCH_TIMEOUT', true]], { idleTimeoutMs: 200 });
  });

  test('F22: on which a body drips for ever end in FETCH_TIMEOUT, and are closed', async () => {
    await expectRows([['/F22/drip', 'FETCH_TIMEOUT', true]], { timeoutMs: 200 });

    await expect.poll(() => server.open(), { interval: 5 }).toBe(0);
  });
});

describe('bodies', () => {
  test('F24: that are announced too large are not read, and their connection is closed', async () => {
    await using fetcher = fetcherFor(server.port);

    await expectFailure(fetcher.fetch(`${server.origin}/F24/announced`), { code: 'FETCH_TOO_LARGE', retryable: false });

    await expect.poll(() => server.open(), { interval: 5 }).toBe(0);
  });

  test('F25: without an end are cut at the limit, and what follows an announced end is not taken for an answer', async () => {
    await expectRows([['/F25/endless', 'FETCH_TOO_LARGE', false]]);

    await using fetcher = fetcherFor(server.port, { hosts: { '127.0.0.1': { concurrency: 1 } } });
    expect(Buffer.from((await fetcher.fetch(`${server.origin}/F25/longer`)).bytes).toString()).toBe('abc');
    expect((await fetcher.fetch(`${server.origin}/ok`)).bytes).toEqual(jpeg);
  });

  test('F26: that end too early are FETCH_TRUNCATED', async () => {
    await expectRows([['/F26/short', 'FETCH_TRUNCATED', true], ['/F26/no-last-chunk', 'FETCH_TRUNCATED', true]]);
    await expectFailure(download('/F26/short'), { code: 'FETCH_TRUNCATED', retryable: true });
  });

  test('F27: without a length that were cut are noticed when they are decoded, asked for once more, and never stored', async () => {
    await expectFailure(download('/F27/cut'), { code: 'IMAGE_TRUNCATED', retryable: true });

    expect(server.requests('/F27/cut')).toBe(2);
  });

  test('F28: in an encoding are refused unread, and bytes that claim to be plain are looked at', async () => {
    await expectRows(['gzip', 'br', 'zstd', 'stacked'].map((name) => [`/F28/${name}`, 'FETCH_ENCODING', false]));
    await expectFailure(download('/F28/identity'), { code: 'IMAGE_TYPE', retryable: false });
  });

  test('F29: that are pages, empty, or not asked for are no pictures', async () => {
    await expectFailure(download('/F29/page'), { code: 'IMAGE_TYPE', retryable: false });
    await expectRows([['/F29/empty', 'IMAGE_EMPTY', false], ['/F29/204', 'FETCH_STATUS', false], ['/F29/206', 'FETCH_STATUS', false], ['/F29/304', 'FETCH_STATUS', false]]);
  });

  test('F29: pages in place of pictures suspend their origin', async () => {
    await using fetcher = fetcherFor(server.port);
    for (let n = 0; n < 5; n += 1) await fetcher.fetch(`${server.origin}/F29/page?${n}`);

    await expectFailure(fetcher.fetch(`${server.origin}/ok`), { code: 'ORIGIN_SUSPENDED', retryable: true });
  });
});

describe('statuses', () => {
  test('F30: that say gone are for good, refusals for later, and asked waits of at most five minutes are told', async () => {
    await expectRows([['/F30/404', 'FETCH_GONE', false], ['/F30/410', 'FETCH_GONE', false], ['/F30/403', 'FETCH_DENIED', true], ['/F30/500', 'FETCH_STATUS', true]]);
    const waits = { '/F30/seconds': 120_000, '/F30/ten-years': 300_000, '/F30/garbage': undefined };
    for (const [path, retryAfterMs] of Object.entries(waits)) {
      const { details } = await expectFailure(fetchFrom(path), { code: 'FETCH_STATUS', retryable: true }, path);
      expect(details, path).toEqual({ status: 429, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    }
    const { details } = await expectFailure(fetchFrom('/F30/date'), { code: 'FETCH_STATUS', retryable: true });
    expect(details['retryAfterMs']).toSatisfy((ms) => ms > 110_000 && ms <= 120_000);
  });

  test('F30: five failures in a row suspend the origin for a minute; then one picture tries, and its answer ends the suspension', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await using fetcher = fetcherFor(server.port, { attempts: 1 });
    for (let n = 0; n < 5; n += 1) await expectFailure(fetcher.fetch(`${server.origin}/F30/500?${n}`), { code: 'FETCH_STATUS', retryable: true });
    const before = server.requests();
    const { details } = await expectFailure(fetcher.fetch(`${server.origin}/ok`), { code: 'ORIGIN_SUSPENDED', retryable: true });
    expect([details['retryAfterMs'], server.requests()]).toEqual([60_000, before]);

    vi.advanceTimersByTime(60_000);

    for (let n = 0; n < 3; n += 1) expect((await fetcher.fetch(`${server.origin}/ok`)).bytes).toEqual(jpeg);
  });

  test('F30: whose origin asked to wait are told so at once, also while another one takes its time', async () => {
    await using fetcher = fetcherFor(server.port, { attempts: 1, hosts: { '127.0.0.1': { concurrency: 2 } } });
    const controller = new AbortController();
    const slow = expectFailure(fetcher.fetch(`${server.origin}/F22/drip`, { signal: controller.signal }), { code: 'ABORTED', retryable: true });
    await expectFailure(fetcher.fetch(`${server.origin}/F30/seconds`), { code: 'FETCH_STATUS', retryable: true });

    await expectFailure(fetcher.fetch(`${server.origin}/ok`), { code: 'ORIGIN_SUSPENDED', retryable: true });

    controller.abort();
    await slow;
  });

  test('F30: what a redirect leads to never suspends the origin that was asked', async () => {
    await using crossing = await hostileServer({ '/away': redirect(`http://other.example:${server.port}/F30/ten-years`), '/ok': answer('picture') });
    await using fetcher = fetcherFor(server.port, { resolve: async () => ['127.0.0.1'], allow: [server.port, crossing.port].map((port) => ({ cidr: '127.0.0.1/32', port })) });

    await expectFailure(fetcher.fetch(`${crossing.origin}/away`), { code: 'FETCH_STATUS', retryable: true });

    expect((await fetcher.fetch(`${crossing.origin}/ok`)).bytes).toHaveLength(7);
  });

  test('F30: pictures that are gone never suspend an origin, and are not asked for again for a while', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await using fetcher = fetcherFor(server.port);
    const before = server.requests('/F30/404');
    for (let n = 0; n < 20; n += 1) await expectFailure(fetcher.fetch(`${server.origin}/F30/404?${n % 10}`), { code: 'FETCH_GONE', retryable: false });
    expect(server.requests('/F30/404') - before).toBe(10);

    vi.advanceTimersByTime(600_000);

    await expectFailure(fetcher.fetch(`${server.origin}/F30/404?1`), { code: 'FETCH_GONE', retryable: false });
    expect(server.requests('/F30/404') - before).toBe(11);
  });

  test('F31: and headers that break the protocol are FETCH_PROTOCOL', async () => {
    await expectRows(['fat-headers', 'nul', 'fold', 'two-lengths', 'length-and-chunks'].map((name) => [`/F31/${name}`, 'FETCH_PROTOCOL', false]));
    expect(await fetchFrom('/chunked')).toMatchObject({ bytes: jpeg });
  });
});
