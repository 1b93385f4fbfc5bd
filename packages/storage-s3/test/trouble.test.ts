import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSyncError } from '@1688/core';
import { collectBytes } from '@1688/storage';
import { describe, expect, test } from 'vitest';
import { s3Backend } from '../src/index.ts';
import { refusal } from './double-bucket.ts';
import { everyCall, opened, streamOf } from './opened.ts';
import { bucketName, keys } from './s3-double.ts';

describe('a service that hangs', () => {
  test('ends every call with STORAGE_TIMEOUT after two tries', async () => {
    await using at = await opened({ timeoutMs: 150 });
    at.double.fail('', () => null, 99);

    for (const [name, call] of Object.entries(everyCall(at.backend))) {
      const before = at.double.requests.length;
      await expect(call(), name).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT', retryable: true });
      expect(at.double.requests.length - before, name).toBe(2);
    }
  });

  test('is left as soon as the signal says so', async () => {
    await using at = await opened();
    at.double.fail('', () => null, 99);

    for (const [name, call] of Object.entries(everyCall(at.backend, AbortSignal.timeout(20)))) {
      await expect(call(), name).rejects.toMatchObject({ code: 'ABORTED' });
    }
  });

  test('keeps nobody waiting for the next try either', async () => {
    await using at = await opened();
    at.double.fail('PUT a', () => ({ status: 503, headers: { 'retry-after': '20' } }), 9);
    const started = performance.now();

    await expect(at.backend.put('a', 'x', { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'ABORTED' });

    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('in the middle of a body that is sent does not hold it', async () => {
    const server = createServer((socket) => { socket.pause().on('error', () => {}); });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const backend = s3Backend({ ...keys, bucket: bucketName, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs: 50, delayMs: 1 });

    await expect(backend.put('a', Buffer.alloc(12_000_000))).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });

    await backend.close?.();
    server.close();
  });
});

test('every call is tried again while the service is busy', async () => {
  await using at = await opened();

  for (const [name, call] of Object.entries(everyCall(at.backend))) {
    await at.backend.put('a', 'x');
    const before = at.double.requests.length;
    for (const busy of [refusal(503, 'SlowDown'), refusal(500, 'InternalError'), refusal(429, 'TooManyRequests'), { status: 502, body: '<html>Bad gateway</html>' }]) at.double.fail('', () => busy);
    await call();
    expect(at.double.requests.length - before, name).toBeGreaterThanOrEqual(5);
  }
});

test('a refusal that comes before the whole body was sent is heard', async () => {
  const answer = '<Error><Code>AccessDenied</Code></Error>';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.pause().write(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const backend = s3Backend({ ...keys, bucket: bucketName, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

  await expect(backend.put('a', Buffer.alloc(12_000_000))).rejects.toMatchObject({ code: 'STORAGE_PERMISSION', details: { s3Code: 'AccessDenied' } });

  server.close();
});

describe('what is refused', () => {
  test('for a wrong clock says so, with how wrong it is, and is not tried again', async () => {
    await using at = await opened();
    at.double.skewMs = 3_600_000;
    at.double.fail('', (_asked, serve) => ({ ...serve(), headers: { date: new Date(Date.now() + 3_600_000).toUTCString() } }), 99);

    const error = await at.backend.put('a', 'x').catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'STORAGE_PERMISSION', retryable: false, hint: expect.stringContaining('clock'), details: { s3Code: 'RequestTimeTooSkewed' } });
    expect(isSyncError(error) && Math.abs(Number(error.details['skewSeconds']) - 3_600)).toBeLessThan(3);
    expect(at.double.requests).toHaveLength(1);
  });

  test.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'STORAGE_PERMISSION', 'SignatureDoesNotMatch'],
    ['a wrong key', { accessKeyId: 'NOBODY' }, 'STORAGE_PERMISSION', 'InvalidAccessKeyId'],
    ['a token that nobody gave', { sessionToken: 'made-up' }, 'STORAGE_PERMISSION', 'InvalidToken'],
    ['a wrong region', { region: 'us-west-9' }, 'STORAGE_IO', 'AuthorizationHeaderMalformed'],
    ['a wrong style', { bucket: 'other' }, 'STORAGE_IO', 'SecondLevelDomainForbidden'],
  ] as const)('for %s has a code of ours and of the service', async (_name, options, code, s3Code) => {
    await using at = await opened(options);

    for (const [name, call] of Object.entries(everyCall(at.backend))) {
      await expect(call(), name).rejects.toMatchObject({ code, retryable: false, hint: expect.any(String), details: { s3Code } });
    }
  });

  test('never tells a secret', async () => {
    const told: string[] = [];
    for (const options of [{ secretAccessKey: 'hidden-secret' }, { sessionToken: 'hidden-token' }, { endpoint: 'http://127.0.0.1:1' }, { timeoutMs: 1 }, { region: 'hidden-not' }]) {
      await using at = await opened({ attempts: 1, ...options });
      if ('timeoutMs' in options) at.double.fail('', () => null, 99);
      for (const call of Object.values(everyCall(at.backend))) {
        await call().catch((error: unknown) => {
          if (isSyncError(error)) told.push(`${error.message} ${error.hint} ${JSON.stringify(error.details)} ${error.stack} ${String(error.cause)}`);
        });
      }
    }

    expect(told.length).toBeGreaterThan(20);
    expect(told.filter((words) => /hidden-(secret|token)|Signature=|a secret|AWS4-HMAC|secret words/.test(words))).toEqual([]);
  });

  test('as an option says what was expected', () => {
    const sound = { ...keys, bucket: bucketName };
    for (const wrong of [{ bucket: 'a/b' }, { bucket: '' }, { endpoint: 'ftp://x' }, { endpoint: 'http://user:pass@x' }, { region: 'a b' }, { style: 'other' as 'path' }, { partSizeBytes: 0 }, { attempts: 0 }, { timeoutMs: -1 }, { accessKeyId: '' }, { secretAccessKey: '' }, { sessionToken: 'a\n' }, { bucket: 'Upper', style: 'virtual' as const }]) {
      expect(() => s3Backend({ ...sound, ...wrong }), JSON.stringify(wrong)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    }
  });
});

describe('a signed address', () => {
  test('is refused once it was altered or has expired', async () => {
    await using at = await opened();
    await at.backend.put('图 1.jpg', 'x');
    const address = await at.backend.signedUrl!('图 1.jpg', { expiresInSeconds: 60 });

    expect((await fetch(address)).status).toBe(200);
    expect((await fetch(address.replace('%201', '%202'))).status).toBe(403);
    expect((await fetch(address.replace('Expires=60', 'Expires=600'))).status).toBe(403);
    at.double.skewMs = 61_000;
    expect((await fetch(address)).status).toBe(403);
  });

  test('holds for at least a second and at most seven days', async () => {
    await using at = await opened();

    for (const expiresInSeconds of [0, -1, 0.5, 604_801, Number.NaN]) {
      await expect(at.backend.signedUrl!('a', { expiresInSeconds })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    }
  });

  test('is not needed where the bucket is public', async () => {
    await using at = await opened({ isPublic: true, prefix: 'p' });

    expect(at.backend.publicUrl?.('图 1.jpg')).toBe(`http://127.0.0.1:${at.double.port}/pictures/p/%E5%9B%BE%201.jpg`);
  });
});

describe('connections', () => {
  test('are given back by bodies that are broken off, never read, or end in an error', async () => {
    await using at = await opened({ timeoutMs: 2_000 });
    await at.backend.put('large', Buffer.alloc(3_000_000));
    for (let turn = 0; turn < 20; turn += 1) {
      await at.backend.get('large');
      for await (const _ of (await at.backend.get('large')).body) break;
      await at.backend.get('absent').catch(() => {});
      await at.backend.put('a', streamOf(Buffer.alloc(10)), { sizeBytes: 11 }).catch(() => {});
      const controller = new AbortController();
      const reading = collectBytes((await at.backend.get('large', { signal: controller.signal })).body);
      controller.abort();
      await reading.catch(() => {});
    }
    await sleep(1_300);

    expect(await at.double.connections()).toBeLessThanOrEqual(3);
    await at.backend.close?.();
    await sleep(50);
    expect(await at.double.connections()).toBe(0);
  });

  test('are used again', async () => {
    await using at = await opened();

    for (let turn = 0; turn < 30; turn += 1) {
      await at.backend.put('a', 'x');
      await collectBytes((await at.backend.get('a')).body);
      await at.backend.head('a');
      await at.backend.head('absent');
      for await (const _ of at.backend.list(''));
    }

    expect(await at.double.connections()).toBe(1);
  });

  test('of a body that is read late are opened anew', async () => {
    await using at = await opened();
    await at.backend.put('large', Buffer.alloc(3_000_000, 'x'));
    const { body } = await at.backend.get('large');
    await sleep(1_200);

    expect((await collectBytes(body)).length).toBe(3_000_000);
    expect(at.double.requests.filter((line) => line === 'GET large')).toHaveLength(2);
  });
});
