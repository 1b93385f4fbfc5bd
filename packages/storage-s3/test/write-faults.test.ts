import { text } from '@1688/storage';
import { describe, expect, test } from 'vitest';
import { refusal, type Bucket } from './double-bucket.ts';
import { opened, streamOf } from './opened.ts';
import type { Fault } from './s3-double.ts';

const internalError = refusal(500, 'InternalError');
const afterCommit: Fault = (_asked, serve) => {
  serve();
  return internalError;
};
const reset: Fault = (_asked, _serve, response) => {
  response.socket?.resetAndDestroy();
  return null;
};
const resetAfterCommit: Fault = (asked, serve, response) => {
  serve();
  return reset(asked, serve, response);
};

describe('a put that the service first fails', () => {
  test('with SlowDown is sent again, five times in all', async () => {
    await using at = await opened();
    at.double.fail('PUT a', () => refusal(503, 'SlowDown'), 4);
    at.double.fail('PUT b', () => refusal(503, 'SlowDown'), 9);

    await at.backend.put('a', 'x');
    await expect(at.backend.put('b', 'x')).rejects.toMatchObject({ code: 'STORAGE_IO', retryable: true, details: { status: 503, s3Code: 'SlowDown' } });

    expect(at.double.requests.filter((line) => line === 'PUT a')).toHaveLength(5);
    expect(at.double.requests.filter((line) => line === 'PUT b')).toHaveLength(5);
    expect(at.double.bucket.objects.has('b')).toBe(false);
  });

  test('is sent again only after the time that the service asks for', async () => {
    await using at = await opened();
    at.double.fail('PUT a', () => ({ ...refusal(503, 'SlowDown'), headers: { 'retry-after': '1' } }));
    const started = performance.now();

    await at.backend.put('a', 'x');

    expect(performance.now() - started).toBeGreaterThan(990);
  });

  test.each([['500 after it was stored', afterCommit], ['a reset after the whole body', reset], ['a reset after it was stored', resetAfterCommit], ['a body damaged on its way', () => refusal(400, 'BadDigest')]] as const)('with %s is sent again', async (_name, fault) => {
    await using at = await opened({ conditionalPut: true });
    at.double.fail('PUT ', fault, 3);

    const object = await at.backend.put('a', 'the bytes');

    expect(await text((await at.backend.get('a')).body)).toBe('the bytes');
    expect((await at.backend.head('a'))?.etag).toBe(object.etag);
  });

  test('with a lost answer knows its own object again, and nobody else\'s', async () => {
    await using at = await opened({ conditionalPut: true });
    at.double.fail('PUT ', afterCommit);
    await at.backend.put('mine', 'x', { ifAbsent: true });
    await at.backend.put('theirs', 'x');
    at.double.fail('PUT ', () => internalError);

    await expect(at.backend.put('theirs', 'x', { ifAbsent: true })).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' });
    expect(await text((await at.backend.get('mine')).body)).toBe('x');
  });
});

describe('a put is never done without a match', () => {
  const zeros = '0'.repeat(32);
  const wrongEtag: Fault = (_asked, serve) => ({ ...serve(), headers: { etag: `"${zeros}"` } });

  /** Takes the body as it is, then keeps another one of the same length. */
  const keepsOther = (bucket: Bucket): Fault => ({ key }, serve) => {
    const reply = serve();
    const held = bucket.objects.get(key)!;
    bucket.objects.set(key, { ...held, bytes: Buffer.alloc(held.bytes.length, 'y'), etag: zeros });
    return { ...reply, headers: { etag: `"${zeros}"` } };
  };

  test('where the ETag is wrong the object is read back', async () => {
    await using at = await opened();
    at.double.fail('PUT a', wrongEtag);

    const object = await at.backend.put('a', 'x');

    expect(at.double.requests).toContain('GET a');
    expect(object.etag).toBe((await at.backend.head('a'))?.etag);
  });

  test('where other bytes were stored it is sent again', async () => {
    await using at = await opened();
    at.double.fail('PUT a', keepsOther(at.double.bucket), 2);

    await at.backend.put('a', 'bytes');

    expect(at.double.requests.filter((line) => line === 'PUT a')).toHaveLength(3);
    expect(await text((await at.backend.get('a')).body)).toBe('bytes');
  });

  test('also where the service forgets what else it was told of the object', async () => {
    await using at = await opened();
    at.double.fail('PUT a', (asked, serve, response) => {
      const reply = keepsOther(at.double.bucket)(asked, serve, response);
      const held = at.double.bucket.objects.get('a')!;
      at.double.bucket.objects.set('a', { ...held, headers: {} });
      return reply;
    });

    await at.backend.put('a', 'bytes');

    expect(await text((await at.backend.get('a')).body)).toBe('bytes');
  });

  test('what another writer stored meanwhile is no fault', async () => {
    await using at = await opened();
    at.double.fail('PUT a', (_asked, serve) => {
      const reply = serve();
      const held = at.double.bucket.objects.get('a')!;
      at.double.bucket.objects.set('a', { ...held, bytes: Buffer.from('theirs'), etag: '1'.repeat(32), headers: { 'x-amz-meta-put': 'another' } });
      return { ...reply, headers: { etag: `"${zeros}"` } };
    });

    expect(await at.backend.put('a', 'ours')).toMatchObject({ sizeBytes: 6 });
    expect(at.double.bucket.objects.has('a')).toBe(true);
  });

  test('where other bytes stay there it fails, and they are removed', async () => {
    await using at = await opened();
    at.double.fail('PUT a', keepsOther(at.double.bucket), 9);

    await expect(at.backend.put('a', 'bytes')).rejects.toMatchObject({ code: 'STORAGE_CORRUPT', retryable: true });

    expect(at.double.requests.filter((line) => line === 'PUT a')).toHaveLength(5);
    expect(at.double.bucket.objects.size).toBe(0);
  });
});

describe('a put in parts', () => {
  const part = Buffer.alloc(50_000, 'part');

  test('survives failures of every step', async () => {
    await using at = await opened({ partSizeBytes: 50_000 });
    at.double.fail('POST a?uploads', () => internalError);
    at.double.fail('PUT a?partNumber=1', resetAfterCommit, 2);
    at.double.fail('PUT a?partNumber=2', () => refusal(503, 'SlowDown'), 2);
    at.double.fail('POST a?uploadId', () => ({ status: 200, body: internalError.body! }));
    at.double.fail('POST a?uploadId', afterCommit);

    const object = await at.backend.put('a', streamOf(part, part, part.subarray(1)));

    expect(object).toMatchObject({ sizeBytes: 149_999, etag: expect.stringMatching(/-3$/) });
  });

  test('whose part is lost fails, and nothing of it stays', async () => {
    await using at = await opened({ partSizeBytes: 50_000 });
    at.double.fail('PUT told?partNumber=2', (asked, serve) => {
      const reply = serve();
      at.double.bucket.uploads.get(asked.query.get('uploadId')!)?.parts.delete(2);
      return reply;
    });
    at.double.fail('PUT silent?partNumber=2', (asked, serve) => {
      const reply = serve();
      at.double.bucket.uploads.get(asked.query.get('uploadId')!)?.parts.set(2, Buffer.alloc(0));
      return reply;
    });

    await expect(at.backend.put('told', streamOf(part, part, part))).rejects.toMatchObject({ code: 'STORAGE_CORRUPT', details: { s3Code: 'InvalidPart' } });
    await expect(at.backend.put('silent', streamOf(part, part, part))).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });

    expect(at.double.bucket.objects.size).toBe(0);
    expect(at.double.bucket.uploads.size).toBe(0);
  });

  test('whose part is damaged by the service is sent again', async () => {
    await using at = await opened({ partSizeBytes: 50_000 });
    at.double.fail('PUT a?partNumber=1', (_asked, serve) => ({ ...serve(), headers: { etag: `"${'1'.repeat(32)}"` } }), 2);

    await at.backend.put('a', streamOf(part, part));

    expect(at.double.requests.filter((line) => line.startsWith('PUT a?partNumber=1'))).toHaveLength(3);
  });

  test('of a body that breaks, or is not what was announced, is given up', async () => {
    await using at = await opened({ partSizeBytes: 50_000 });
    await at.backend.put('a', 'old');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield part;
      yield part;
      throw new RangeError('the source');
    }

    await expect(at.backend.put('a', broken())).rejects.toThrow('the source');
    await expect(at.backend.put('a', streamOf(part, part), { sizeBytes: 100_001 })).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    await expect(at.backend.put('a', streamOf(part, part), { sha256: '0'.repeat(64) })).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });

    expect(await text((await at.backend.get('a')).body)).toBe('old');
    expect(at.double.bucket.uploads.size).toBe(0);
  });

  test('with ifAbsent keeps what is there, and knows its own after a lost answer', async () => {
    await using at = await opened({ partSizeBytes: 50_000, conditionalPut: true });
    at.double.fail('POST a?uploadId', afterCommit);

    await at.backend.put('a', streamOf(part, part), { ifAbsent: true });
    await expect(at.backend.put('a', streamOf(part, part), { ifAbsent: true })).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' });

    expect(at.double.bucket.uploads.size).toBe(0);
  });

  test('of more than ten thousand is refused before anything is sent', async () => {
    await using at = await opened({ partSizeBytes: 10 });

    await expect(at.backend.put('a', Buffer.alloc(100_001))).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(at.backend.put('a', streamOf(), { sizeBytes: 100_001 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });

    expect(at.double.requests).toEqual([]);
    expect(at.backend.capabilities.maxObjectBytes).toBe(100_000);
  });
});

test('every request has a length and a signed hash, and none is sent in signed chunks', async () => {
  await using at = await opened({ partSizeBytes: 50_000 });

  await at.backend.put('empty', '');
  await at.backend.put('small', 'x');
  await at.backend.put('parts', streamOf(Buffer.alloc(120_000)));

  for (const headers of at.double.headers) {
    expect(headers['transfer-encoding']).toBeUndefined();
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
  }
});
