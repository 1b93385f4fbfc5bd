import { createHash } from 'node:crypto';
import { setDefaultCACertificates, type TlsOptions } from 'node:tls';
import { answer, certificateAuthority, faults, hostileServer, http2Server, later, silent, type CertificateAuthority, type HostileServer } from '@1688/hostile-server';
import { memoryBackend } from '@1688/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FetcherOptions } from '../src/fetcher.ts';
import { errorCodes } from '@1688/core';
import { openImageStore } from '../src/image-store.ts';
import { expectFailure, failureOf, fetcherFor, watchDescriptors } from './fault-fixture.ts';
import { fetchMixture } from './fetch-mixture.ts';
import { picture } from './pictures.ts';

const resolve = async (): Promise<string[]> => ['127.0.0.1'];
let authority: CertificateAuthority;
let server: HostileServer;
let jpeg: Buffer;

beforeAll(async () => {
  authority = certificateAuthority();
  setDefaultCACertificates([authority.cert]);
  jpeg = await picture().jpeg().toBuffer();
  server = await hostileServer(faults({ picture: jpeg, elsewhere: '' }));
  expect(await fetchSecurely(authority.issue('pictures.example'))).toBe('picture'); // what is opened once stays open
  await storedAtOnce(1);
});
afterAll(() => server[Symbol.asyncDispose]());
watchDescriptors();

/** What a server with these settings of TLS gives as `https://pictures.example/`. */
async function fetchSecurely(tls: TlsOptions, options: FetcherOptions = {}): Promise<string> {
  await using secure = await hostileServer({ '/': answer('picture') }, { tls });
  await using fetcher = fetcherFor(secure.port, { resolve, attempts: 1, ...options });
  return Buffer.from((await fetcher.fetch(`https://pictures.example:${secure.port}/`)).bytes).toString();
}

/** Keys of what is stored after so many asked for one picture at once. */
async function storedAtOnce(count: number): Promise<Set<string>> {
  await using images = await openImageStore({ storage: memoryBackend(), allow: [{ cidr: '127.0.0.1/32', port: server.port }] });
  const stored = await Promise.all(Array.from({ length: count }, () => images.download(`${server.origin}/F34/later`)));
  return new Set(stored.map(({ key }) => key));
}

describe('TLS', () => {
  test('F32: with a certificate that ended, is for another name, or from nobody we know is FETCH_TLS', async () => {
    const stranger = certificateAuthority('Stranger');
    const cases: readonly (readonly [string, TlsOptions])[] = [
      ['ended', authority.issue('pictures.example', -1)],
      ['another name', authority.issue('other.example')],
      ['unknown authority', stranger.issue('pictures.example')],
      ['old protocol', { ...authority.issue('pictures.example'), minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ];

    for (const [name, tls] of cases) await expectFailure(fetchSecurely(tls), { code: 'FETCH_TLS', retryable: false }, name);
  });

  test('F32: that is no TLS is FETCH_TLS, and a handshake without an end is FETCH_TIMEOUT', async () => {
    await using plain = await hostileServer({});
    await using fetcher = fetcherFor(plain.port, { resolve, attempts: 1, connectTimeoutMs: 200 });
    await expectFailure(fetcher.fetch(`https://pictures.example:${plain.port}/`), { code: 'FETCH_TIMEOUT', retryable: true });

    await using junk = await hostileServer({}, { greeting: 'SSH-2.0-x\r\n' });
    await using other = fetcherFor(junk.port, { resolve, attempts: 1 });
    await expectFailure(other.fetch(`https://pictures.example:${junk.port}/`), { code: 'FETCH_TLS', retryable: false });
  });

  test('F33: is spoken with HTTP/1.1 also where HTTP/2 is offered', async () => {
    await using origin = await http2Server(authority.issue('pictures.example'), 'picture');
    await using fetcher = fetcherFor(origin.port, { resolve });

    expect(Buffer.from((await fetcher.fetch(`https://pictures.example:${origin.port}/`)).bytes).toString()).toBe('picture');

    expect(origin.sessions()).toBe(0);
  });
});

describe('callers', () => {
  test('F34: who ask for one picture at once share one request, also when one of them gives up', async () => {
    await using fetcher = fetcherFor(server.port);
    const before = server.requests('/F34/later');
    const controller = new AbortController();
    const leaving = failureOf(fetcher.fetch(`${server.origin}/F34/later`, { signal: controller.signal }));
    const staying = Array.from({ length: 49 }, () => fetcher.fetch(`${server.origin}/F34/later`));

    controller.abort();

    expect(await leaving).toMatchObject({ code: 'ABORTED' });
    expect((await Promise.all(staying)).map(({ bytes }) => bytes)).toEqual(Array.from({ length: 49 }, () => jpeg));
    expect(server.requests('/F34/later') - before).toBe(1);
  });

  test('F34: who download one picture at once store one', async () => {
    const before = server.requests('/F34/later');

    expect([...await storedAtOnce(50)]).toEqual([expect.stringContaining(createHash('sha256').update(jpeg).digest('hex'))]);

    expect(server.requests('/F34/later') - before).toBe(1);
  });

  test('F35: who give up in the middle of a body get ABORTED, and the connection is closed', async () => {
    await using fetcher = fetcherFor(server.port);
    const controller = new AbortController();
    const work = failureOf(fetcher.fetch(`${server.origin}/F22/drip`, { signal: controller.signal }));
    await expect.poll(() => server.open(), { interval: 2 }).toBe(1);

    controller.abort();

    expect(await work).toMatchObject({ code: 'ABORTED', retryable: true });
    await expect.poll(() => server.open(), { interval: 2 }).toBe(0);
  });

  test('who close the fetcher end what it does, and what is asked for afterwards', async () => {
    const fetcher = fetcherFor(server.port, { resolve });
    const work = failureOf(fetcher.fetch(`${server.origin}/F22/drip`));
    await expect.poll(() => server.open(), { interval: 2 }).toBe(1);

    await fetcher.close();

    expect(await work).toMatchObject({ code: 'ABORTED' });
    for (const origin of [server.origin, `http://other.example:${server.port}`]) expect(await failureOf(fetcher.fetch(`${origin}/ok`)), origin).toMatchObject({ code: 'ABORTED' });
  });
});

describe('many addresses', () => {
  test('F23: of origins that drip leave room for good ones', async () => {
    const good = Array.from({ length: 20 }, (_, n) => `http://good-${n}.example`);
    await using origin = await hostileServer({ '/drip': silent, '/good': later(answer('picture'), 20) });
    await using fetcher = fetcherFor(origin.port, { resolve, timeoutMs: 60_000, idleTimeoutMs: 60_000 });
    const controller = new AbortController();
    let ended = 0;
    const drips = Array.from({ length: 40 }, async (_, n) => {
      await failureOf(fetcher.fetch(`http://drip-${n}.example:${origin.port}/drip`, { signal: controller.signal }));
      ended += 1;
    });

    const fetched = await Promise.all(good.map((host) => fetcher.fetch(`${host}:${origin.port}/good`)));

    expect([fetched.length, ended]).toEqual([20, 0]);
    controller.abort();
    await Promise.all(drips);
  });

  test('F36: three in ten of them hostile, end once each, with a known code, and with few descriptors', async () => {
    const { ends, unclear, descriptors, before, after } = await fetchMixture({ count: 1_000, seed: 1_688 });

    expect(unclear).toBe(0);
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(1_000);
    expect(Object.keys(ends).filter((end) => end !== 'ok' && !(end in errorCodes))).toEqual([]);
    expect(ends['ok']).toBeGreaterThan(500);
    expect(descriptors - before).toBeLessThanOrEqual(2 * 100);
    expect(after).toBeLessThanOrEqual(before);
  });
});
