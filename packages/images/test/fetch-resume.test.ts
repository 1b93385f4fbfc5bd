import { createHash, randomBytes } from 'node:crypto';
import { answer, cutShort, hostileServer, resumable, type Behaviour, type HostileServer } from '@1688/hostile-server';
import { describe, expect, test } from 'vitest';
import { failureOf, fetcherFor, watchDescriptors } from './fault-fixture.ts';

const body = randomBytes(200_000);
const other = randomBytes(200_000);
const etag = { etag: '"v1"' };
const dated = { 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', date: 'Thu, 01 Jan 2026 01:00:00 GMT' };
const cutAt = 150_000;

watchDescriptors();

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const ranges = (server: HostileServer): (string | undefined)[] => server.heads().map((head) => /\r\nrange: (.*)\r\n/i.exec(head)?.[1]);

/** Fetches from an origin of its own and gives the hash of what came, and the ranges that were asked for. */
async function fetchFrom(behaviour: Behaviour): Promise<{ hash: string; asked: (string | undefined)[]; etag: string | null }> {
  await using server = await hostileServer({ '/a': behaviour });
  await using fetcher = fetcherFor(server.port);
  const fetched = await fetcher.fetch(`${server.origin}/a`);
  return { hash: sha256(fetched.bytes), asked: ranges(server), etag: fetched.etag };
}

describe('a download that broke off', () => {
  test.each([['a strong ETag', etag], ['a date at rest', dated], ['both', { ...etag, ...dated }]])('goes on where it ended under %s, and its bytes are those of the whole', async (_, headers) => {
    const { hash, asked } = await fetchFrom(resumable({ body, headers, cutAt }));

    expect(hash).toBe(sha256(body));
    expect(asked).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
  });

  test.each([
    ['no mark', {}], ['a weak ETag', { etag: 'W/"v1"', ...dated }], ['a date that is too young', { ...dated, date: 'Thu, 01 Jan 2026 00:00:30 GMT' }],
    ['a date alone', { 'last-modified': dated['last-modified'] }], ['no ranges', { ...etag, 'accept-ranges': 'none' }],
  ])('begins anew under %s', async (_, headers) => {
    const { hash, asked } = await fetchFrom(resumable({ body, headers: headers as Record<string, string>, cutAt }));

    expect([hash, asked]).toEqual([sha256(body), [undefined, undefined]]);
  });

  test('takes the whole where the picture changed meanwhile', async () => {
    const first = cutShort(body.subarray(0, cutAt), { 'content-length': String(body.length), ...etag });
    const changed: Behaviour = (socket, request) => (request.count === 1 ? first : answer(other, { headers: { etag: '"v2"' } }))(socket, request);

    expect(await fetchFrom(changed)).toMatchObject({ hash: sha256(other), etag: '"v2"' });
  });

  const part = (headers: Record<string, string>, bytes = body): ((from: number) => Behaviour) => (from) => answer(bytes.subarray(from), {
    status: '206 Partial Content', headers: { ...etag, 'content-range': `bytes ${from}-${body.length - 1}/${body.length}`, ...headers },
  });
  const lies: readonly (readonly [string, (from: number) => Behaviour])[] = [
    ['of another version', part({ etag: '"v2"' }, other)],
    ['without a mark', (from) => answer(body.subarray(from), { status: '206 Partial Content', headers: { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } })],
    ['that begins elsewhere', (from) => answer(body.subarray(from + 1), { status: '206 Partial Content', headers: { ...etag, 'content-range': `bytes ${from + 1}-${body.length - 1}/${body.length}` } })],
    ['that ends before the end', (from) => answer(body.subarray(from, from + 10), { status: '206 Partial Content', headers: { ...etag, 'content-range': `bytes ${from}-${from + 9}/${body.length}` } })],
    ['that names another end', part({ 'content-range': `bytes ${cutAt}-${body.length - 2}/${body.length}` })],
    ['of another whole', part({ 'content-range': `bytes ${cutAt}-${body.length - 1}/${body.length + 1}` })],
    ['that does not say which', (from) => answer(body.subarray(from), { status: '206 Partial Content', headers: etag })],
    ['that is not satisfiable', () => answer('', { status: '416 Range Not Satisfiable' })],
  ];
  test.each(lies)('begins anew when it is sent a part %s', async (_, rest) => {
    const { hash, asked } = await fetchFrom(resumable({ body, headers: etag, cutAt, rest }));

    expect([hash, asked.length, asked.at(-1)]).toEqual([sha256(body), 3, undefined]);
  });

  test('goes on a second time, and gives up after three tries', async () => {
    const cutAgain: Behaviour = (socket, request) => {
      const from = Number(/range: bytes=(\d+)-/.exec(request.head)?.[1] ?? 0);
      const head = from === 0 ? '200 OK\r\n' : `206 Partial Content\r\ncontent-range: bytes ${from}-${body.length - 1}/${body.length}\r\n`;
      socket.write(`HTTP/1.1 ${head}etag: "v1"\r\ncontent-length: ${body.length - from}\r\n\r\n`);
      socket.end(body.subarray(from, from + 50_000));
    };
    await using server = await hostileServer({ '/a': cutAgain });
    await using fetcher = fetcherFor(server.port);

    expect(await failureOf(fetcher.fetch(`${server.origin}/a`))).toMatchObject({ code: 'FETCH_TRUNCATED', retryable: true });

    expect(ranges(server)).toEqual([undefined, 'bytes=50000-', 'bytes=100000-']);
  });

  test('never grows over the limit by its parts', async () => {
    await using server = await hostileServer({ '/a': resumable({ body: body.subarray(0, 100_000), headers: etag, cutAt: 60_000, rest: (from) => answer(body.subarray(0, 100_000 - from), { status: '206 Partial Content', headers: { ...etag, 'content-range': `bytes ${from}-99999/100000` } }) }) });
    await using fetcher = fetcherFor(server.port, { maxSizeBytes: 99_999 });

    expect(await failureOf(fetcher.fetch(`${server.origin}/a`))).toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });
});
