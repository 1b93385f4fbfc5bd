import { gzipSync } from 'node:zlib';
import { isSyncError, type ErrorCode } from '@1688/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFetcher, type FetcherOptions } from '../src/fetcher.ts';
import { answer, hostileServer, raw, redirect, type HostileServer } from './hostile-server.ts';

const megabyte = 1024 * 1024;
let server: HostileServer;
let elsewhere: HostileServer;

beforeAll(async () => {
  elsewhere = await hostileServer({ '/secret': answer('metadata') });
  server = await hostileServer({
    '/ok': answer('picture', { headers: { etag: '"v1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', 'content-type': 'image/jpeg' } }),
    '/echo': (socket, { head }) => answer(head)(socket, { path: '', head, count: 1 }),
    '/conditional': (socket, request) => (request.head.includes('if-none-match: "v1"') ? answer('', { status: '304 Not Modified' }) : answer('new'))(socket, request),
    '/private': (socket, request) => redirect(`${elsewhere.origin}/secret`)(socket, request),
    '/metadata': redirect('http://169.254.169.254/latest/meta-data'),
    '/user': redirect('http://user:secret@127.0.0.1/'),
    '/file': redirect('file:///etc/passwd'),
    '/loop': redirect('/loop2'),
    '/loop2': redirect('/loop'),
    '/hop1': redirect('/hop2'),
    '/hop2': redirect('hop3', '307 Temporary Redirect'),
    '/hop3': redirect('/ok', '308 Permanent Redirect'),
    '/hop0': redirect('/hop1'),
    '/nowhere': answer('', { status: '302 Found' }),
    '/long': redirect(`/${'x'.repeat(10_000)}`),
    '/drip': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    },
    '/silent': () => {},
    '/slow-headers': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      const timer = setInterval(() => socket.write('y'), 50);
      socket.on('close', () => clearInterval(timer));
    },
    '/endless': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `10000\r\n${'z'.repeat(0x10000)}\r\n`;
      const more = (): void => { while (socket.writable && socket.write(chunk)); };
      socket.on('drain', more);
      more();
    },
    '/huge': raw(`HTTP/1.1 200 OK\r\ncontent-length: ${10 * megabyte}\r\n\r\n`, 'stay'),
    '/short': raw('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nabc'),
    '/short-reset': raw('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nabc', 'reset'),
    '/no-last-chunk': raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'),
    '/reset': raw('', 'reset'),
    '/gzip': answer(gzipSync(Buffer.alloc(50 * megabyte)), { headers: { 'content-encoding': 'gzip' } }),
    '/encodings': answer('x', { headers: { 'content-encoding': 'gzip, br, zstd' } }),
    '/identity': answer('plain', { headers: { 'content-encoding': 'identity' } }),
    '/empty': answer(''),
    '/204': raw('HTTP/1.1 204 No Content\r\n\r\n', 'stay'),
    '/206': answer('part', { status: '206 Partial Content' }),
    '/304': answer('', { status: '304 Not Modified' }),
    '/410': answer('', { status: '410 Gone' }),
    '/403': answer('', { status: '403 Forbidden' }),
    '/429': answer('', { status: '429 Too Many Requests', headers: { 'retry-after': '120' } }),
    '/500': answer('', { status: '500 Internal Server Error' }),
    '/flaky': (socket, request) => (request.count < 3 ? answer('', { status: '503 Service Unavailable' }) : answer('at last'))(socket, request),
    '/bad-header': raw('HTTP/1.1 200 OK\r\nbad\0name: x\r\n\r\n'),
    '/two-lengths': raw('HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd'),
    '/fat-headers': raw(`HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(1000)}\r\n`.repeat(100)}\r\n`),
    '/busy': (socket, request) => { setTimeout(() => answer('busy')(socket, request), 40); },
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

async function fetchFrom(path: string, options: FetcherOptions = {}): Promise<string> {
  await using fetcher = openFetcher({ allow: [{ cidr: '127.0.0.1/32', port: server.port }], maxSizeBytes: megabyte, attempts: 1, ...options });
  return Buffer.from((await fetcher.fetch(path.startsWith('/') ? server.origin + path : path)).bytes).toString();
}

async function failureOf(work: Promise<unknown>): Promise<{ code: ErrorCode; retryable: boolean; message: string; details: Readonly<Record<string, unknown>> }> {
  try {
    await work;
  } catch (error) {
    if (isSyncError(error)) return error;
    throw error;
  }
  throw new Error('Expected a failure, but the fetch succeeded.');
}

describe('an honest origin', () => {
  test('gives bytes and its marks', async () => {
    await using fetcher = openFetcher({ allow: [{ cidr: '127.0.0.1/32', port: server.port }] });

    const fetched = await fetcher.fetch(`${server.origin}/ok`);

    expect(Buffer.from(fetched.bytes).toString()).toBe('picture');
    expect(fetched).toMatchObject({ etag: '"v1"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT', contentType: 'image/jpeg', finalUrl: `${server.origin}/ok` });
  });

  test('is asked for plain bytes', async () => {
    const head = await fetchFrom('/echo');

    expect(head).toContain('accept-encoding: identity');
    expect(head).not.toContain('referer');
  });

  test('is asked again with what is known, and says that nothing changed', async () => {
    await using fetcher = openFetcher({ allow: [{ cidr: '127.0.0.1/32', port: server.port }] });

    expect(await fetcher.refetch(`${server.origin}/conditional`, { etag: '"v1"' })).toBeNull();
    expect((await fetcher.refetch(`${server.origin}/conditional`, { etag: '"v0"' }))?.bytes).toHaveLength(3);
  });

  test('is followed over three redirects, also relative ones', async () => {
    expect(await fetchFrom('/hop1')).toBe('picture');
  });

  test('that fails twice is asked a third time', async () => {
    expect(await fetchFrom('/flaky', { attempts: 3 })).toBe('at last');
  });

  test('gets four requests at once and no more', async () => {
    await using own = await hostileServer({ '/busy': (socket, request) => { setTimeout(() => answer('busy')(socket, request), 30); } });
    await using fetcher = openFetcher({ allow: [{ cidr: '127.0.0.1/32', port: own.port }] });
    let most = 0;
    const watch = setInterval(() => { most = Math.max(most, own.open()); }, 2);

    await Promise.all(Array.from({ length: 16 }, () => fetcher.fetch(`${own.origin}/busy`)));

    clearInterval(watch);
    expect(most).toBe(4);
    expect(own.requests()).toBe(16);
  });
});

describe('many requests to one host', () => {
  test('wait for their place without losing time of their own', async () => {
    await using own = await hostileServer({ '/slow': (socket, request) => { setTimeout(() => answer('slow')(socket, request), 200); } });
    await using fetcher = openFetcher({ allow: [{ cidr: '127.0.0.1/32', port: own.port }], attempts: 1, timeoutMs: 650 });

    const fetched = await Promise.all(Array.from({ length: 16 }, () => fetcher.fetch(`${own.origin}/slow`)));

    expect(fetched).toHaveLength(16);
  });
});

describe('a hostile origin', () => {
  const cases: readonly (readonly [string, string, ErrorCode, boolean])[] = [
    ['redirects to a private address', '/private', 'REDIRECT_BLOCKED', false],
    ['redirects to the metadata of a cloud', '/metadata', 'REDIRECT_BLOCKED', false],
    ['redirects to an address with a password', '/user', 'REDIRECT_BLOCKED', false],
    ['redirects to a file', '/file', 'REDIRECT_BLOCKED', false],
    ['redirects to ten thousand letters', '/long', 'REDIRECT_BLOCKED', false],
    ['redirects in a loop', '/loop', 'REDIRECT_LIMIT', false],
    ['redirects four times', '/hop0', 'REDIRECT_LIMIT', false],
    ['redirects to nowhere', '/nowhere', 'FETCH_STATUS', false],
    ['announces too much', '/huge', 'FETCH_TOO_LARGE', false],
    ['never ends', '/endless', 'FETCH_TOO_LARGE', false],
    ['ends before its announced length', '/short', 'FETCH_TRUNCATED', true],
    ['breaks off its body', '/short-reset', 'FETCH_RESET', true],
    ['leaves out the last chunk', '/no-last-chunk', 'FETCH_TRUNCATED', true],
    ['breaks off before its answer', '/reset', 'FETCH_RESET', true],
    ['sends a gzip bomb', '/gzip', 'FETCH_ENCODING', false],
    ['names many encodings', '/encodings', 'FETCH_ENCODING', false],
    ['sends nothing', '/empty', 'IMAGE_EMPTY', false],
    ['has no content', '/204', 'FETCH_STATUS', false],
    ['sends a part unasked', '/206', 'FETCH_STATUS', false],
    ['says unchanged unasked', '/304', 'FETCH_STATUS', false],
    ['has nothing there', '/none', 'FETCH_GONE', false],
    ['has nothing there any more', '/410', 'FETCH_GONE', false],
    ['does not want us now', '/403', 'FETCH_DENIED', true],
    ['has had enough of us', '/429', 'FETCH_STATUS', true],
    ['is broken', '/500', 'FETCH_STATUS', true],
    ['sends a header with a NUL', '/bad-header', 'FETCH_PROTOCOL', false],
    ['sends two lengths', '/two-lengths', 'FETCH_PROTOCOL', false],
    ['sends a hundred kilobytes of headers', '/fat-headers', 'FETCH_PROTOCOL', false],
  ];
  for (const [name, path, code, retryable] of cases) {
    test(`that ${name} gives ${code}`, async () => {
      const failure = await failureOf(fetchFrom(path));

      expect(failure).toMatchObject({ code, retryable });
      expect(failure.message).not.toContain('secret@');
    });
  }

  test('never made us connect to where it redirected', () => {
    expect(elsewhere.accepted()).toBe(0);
  });

  test('that drips is left when the time is up', async () => {
    const startedAt = performance.now();

    expect(await failureOf(fetchFrom('/drip', { timeoutMs: 400 }))).toMatchObject({ code: 'FETCH_TIMEOUT', retryable: true });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  test('that never answers, or for ever begins to, is left when the time is up', async () => {
    expect(await failureOf(fetchFrom('/silent', { timeoutMs: 300 }))).toMatchObject({ code: 'FETCH_TIMEOUT' });
    expect(await failureOf(fetchFrom('/slow-headers', { timeoutMs: 300 }))).toMatchObject({ code: 'FETCH_TIMEOUT' });
    await expect.poll(() => server.open()).toBe(0);
  });

  test('that asks for patience is told so to the caller', async () => {
    expect((await failureOf(fetchFrom('/429', { attempts: 3 }))).details).toEqual({ status: 429, retryAfterMs: 120_000 });
  });
});

describe('addresses', () => {
  test('of loopback and private networks are never connected to', async () => {
    for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', '１２７.０.０.１', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '192.168.1.1', '169.254.169.254', '100.100.100.200', '168.63.129.16', '[fd00:ec2::254]']) {
      const failure = await failureOf(fetchFrom(`http://${host}/`));
      expect(failure, host).toMatchObject({ code: 'ADDRESS_BLOCKED', retryable: false });
    }
  });

  test('on another port than the allowed one are refused', async () => {
    expect(await failureOf(fetchFrom(`http://127.0.0.1:${elsewhere.port}/secret`))).toMatchObject({ code: 'URL_PORT' });
    expect(await failureOf(fetchFrom(`http://10.0.0.1:${server.port}/`))).toMatchObject({ code: 'ADDRESS_BLOCKED' });
  });

  test('of one name are refused all when one of them is private', async () => {
    for (const answers of [['93.184.216.34', '10.0.0.1'], ['10.0.0.1', '93.184.216.34'], ['::1']]) {
      expect(await failureOf(fetchFrom('http://pictures.example/', { resolve: async () => answers }))).toMatchObject({ code: 'ADDRESS_BLOCKED' });
    }
  });

  test('are looked up once a connection, so that a later answer changes nothing', async () => {
    let lookups = 0;
    const resolve = async (): Promise<string[]> => [(lookups += 1) === 1 ? '127.0.0.1' : '10.0.0.1'];

    const text = await fetchFrom(`http://pictures.example:${server.port}/echo`, { resolve });

    expect(lookups).toBe(1);
    expect(text).toContain(`host: pictures.example:${server.port}`);
  });

  test('that cannot be found may be found later', async () => {
    const resolve = async (): Promise<string[]> => [];

    expect(await failureOf(fetchFrom('http://pictures.example/', { resolve }))).toMatchObject({ code: 'DNS_FAILED', retryable: true });
  });

  test('that are looked up for ever end in time', async () => {
    const resolve = (): Promise<string[]> => new Promise(() => {});
    const startedAt = performance.now();

    expect(await failureOf(fetchFrom('http://pictures.example/', { resolve, connectTimeoutMs: 200 }))).toMatchObject({ code: 'FETCH_TIMEOUT' });
    expect(performance.now() - startedAt).toBeLessThan(450);
  });

  test('where nobody listens give FETCH_CONNECT', async () => {
    const port = await unusedPort();

    expect(await failureOf(fetchFrom(`http://127.0.0.1:${port}/`, { allow: [{ cidr: '127.0.0.1/32', port }] }))).toMatchObject({ code: 'FETCH_CONNECT', retryable: true });
  });

  test('of clouds cannot be allowed', () => {
    for (const cidr of ['169.254.0.0/16', '0.0.0.0/0', '100.64.0.0/10', '100.100.100.200/32', 'fd00::/8', '::/0']) {
      expect(() => openFetcher({ allow: [{ cidr, port: 80 }] }), cidr).toThrow(expect.objectContaining({ code: 'CONFIG_UNSAFE' }));
    }
  });
});

describe('a caller who gives up', () => {
  test('gets ABORTED at once and the socket is closed', async () => {
    await using fetcher = openFetcher({ allow: [{ cidr: '127.0.0.1/32', port: server.port }] });
    const controller = new AbortController();
    const work = failureOf(fetcher.fetch(`${server.origin}/drip`, { signal: controller.signal }));
    await expect.poll(() => server.open()).toBe(1);

    controller.abort();

    expect(await work).toMatchObject({ code: 'ABORTED' });
    await expect.poll(() => server.open(), { timeout: 200 }).toBe(0);
  });
});

async function unusedPort(): Promise<number> {
  const gone = await hostileServer({});
  await gone[Symbol.asyncDispose]();
  return gone.port;
}
