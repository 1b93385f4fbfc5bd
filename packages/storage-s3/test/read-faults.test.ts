import { collectBytes, text } from '@1688/storage';
import { describe, expect, test } from 'vitest';
import { refusal, type Reply } from './double-bucket.ts';
import { everyCall, opened } from './opened.ts';
import type { Fault } from './s3-double.ts';

const body = Buffer.from(Array.from({ length: 400_000 }, (_, at) => (at * 31 + (at >> 9)) & 0xff));

/** Sends a half of what it should, then breaks or stays silent. */
function half(end: 'reset' | 'silence'): Fault {
  return (_asked, serve, response) => {
    const { status, headers = {}, body: whole = '' } = serve();
    response.writeHead(status, headers);
    response.write(whole.slice(0, whole.length / 2), () => { if (end === 'reset') response.socket?.resetAndDestroy(); });
    return null;
  };
}

describe('a body that breaks off', () => {
  test.each(['reset', 'silence'] as const)('with %s goes on where it was', async (end) => {
    await using at = await opened({ timeoutMs: 400 });
    await at.backend.put('a', body);
    at.double.fail('GET a', half(end), end === 'reset' ? 3 : 1);

    const received = await collectBytes((await at.backend.get('a')).body);

    expect(body.equals(received)).toBe(true);
    expect(at.double.headers.at(-1)?.range).toMatch(/^bytes=\d+-399999$/);
  });

  test('goes on within a range, too', async () => {
    await using at = await opened();
    await at.backend.put('a', body);
    at.double.fail('GET a', half('reset'));

    const received = await collectBytes((await at.backend.get('a', { range: { start: 1_000, end: 300_999 } })).body);

    expect(body.subarray(1_000, 301_000).equals(received)).toBe(true);
  });

  test('does not go on with another object', async () => {
    await using at = await opened();
    await at.backend.put('a', body);
    at.double.fail('GET a', half('reset'));
    const { body: reading } = await at.backend.get('a');
    await at.backend.put('a', Buffer.alloc(400_000, 'new'));

    await expect(collectBytes(reading)).rejects.toMatchObject({ code: 'STORAGE_IO' });
  });

  test('and never comes further ends after five more tries', async () => {
    await using at = await opened();
    await at.backend.put('a', body);
    at.double.fail('GET a', half('reset'));
    at.double.fail('GET a', (_asked, _serve, response) => {
      response.socket?.resetAndDestroy();
      return null;
    }, 9);

    await expect(collectBytes((await at.backend.get('a')).body)).rejects.toMatchObject({ code: 'STORAGE_IO', retryable: true });

    expect(at.double.requests.filter((line) => line === 'GET a')).toHaveLength(6);
  });
});

describe('a body with other bytes', () => {
  const flipped: Fault = (_asked, serve) => {
    const reply = serve();
    const bytes = Buffer.from(reply.body as Buffer);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    return { ...reply, body: bytes };
  };

  test('is told by the hash that we stored', async () => {
    await using at = await opened();
    await at.backend.put('a', body);
    at.double.fail('GET a', flipped);

    await expect(collectBytes((await at.backend.get('a')).body)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT', retryable: false });
  });

  test('is told by the ETag of an object that another program stored', async () => {
    await using at = await opened();
    await at.backend.put('a', body);
    const held = at.double.bucket.objects.get('a')!;
    at.double.bucket.objects.set('a', { ...held, headers: {} });
    at.double.fail('GET a', flipped);

    await expect(collectBytes((await at.backend.get('a')).body)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    expect(body.equals(await collectBytes((await at.backend.get('a')).body))).toBe(true);
  });

  test('is not suspected where the ETag of an encrypted object is no MD5', async () => {
    await using at = await opened();
    await at.backend.put('a', body);
    const held = at.double.bucket.objects.get('a')!;
    at.double.bucket.objects.set('a', { ...held, etag: 'f'.repeat(32), headers: { 'x-amz-server-side-encryption': 'aws:kms' } });

    expect(body.equals(await collectBytes((await at.backend.get('a')).body))).toBe(true);
  });
});

describe('a list', () => {
  async function filled(): Promise<Awaited<ReturnType<typeof opened>>> {
    const at = await opened({}, { pageSize: 3 });
    for (let n = 0; n < 8; n += 1) await at.backend.put(`k${n}`, 'x');
    return at;
  }
  const keysOf = async (at: Awaited<ReturnType<typeof opened>>): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of at.backend.list('')) found.push(key);
    return found;
  };
  const change = (pattern: RegExp | string, by: string): Fault => (_asked, serve) => {
    const reply: Reply = serve();
    return { ...reply, body: String(reply.body).replace(pattern, by) };
  };

  test('whose page comes cut is asked for again', async () => {
    await using at = await filled();
    at.double.fail('GET ?', change(/<\/Contents>(?!.*<\/Contents>)[^]*/, ''), 2);

    expect(await keysOf(at)).toHaveLength(8);
  });

  test('that is cut without a token for the rest is an error, never the end', async () => {
    await using at = await filled();
    at.double.fail('GET ?', change(/<NextContinuationToken>.*<\/NextContinuationToken>/, ''), 99);

    await expect(keysOf(at)).rejects.toMatchObject({ code: 'STORAGE_DRIVER' });
  });

  test.each([
    ['turns in a circle', /<NextContinuationToken>.*<\/NextContinuationToken>/, '<NextContinuationToken>azk=</NextContinuationToken>'],
    ['is out of order', '<Key>k1<', '<Key>a<'],
    ['is no list', /ListBucketResult/g, 'Other'],
    ['lacks a size', /<Size>\d+<\/Size>/, ''],
  ])('that %s is an error', async (_name, pattern, by) => {
    await using at = await filled();
    at.double.fail('GET ?', (asked, serve, response) => {
      const { body: page = '', ...reply } = serve();
      // The last page of a circle would end it.
      return change(pattern, by)(asked, () => ({ ...reply, body: String(page).replace('<IsTruncated>false</IsTruncated>', '<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>') }), response);
    }, 99);

    await expect(keysOf(at)).rejects.toMatchObject({ code: 'STORAGE_DRIVER' });
  });

  test('passes over what is no key of ours', async () => {
    await using at = await filled();
    const held = at.double.bucket.objects.get('k0')!;
    for (const key of ['folder/', 'k1/../x', 'a\\b', '/root']) at.double.bucket.objects.set(key, held);

    expect(await keysOf(at)).toHaveLength(8);
  });
});

describe('an absence is definite', () => {
  test('not when the bucket is missing', async () => {
    await using at = await opened();
    at.double.exists = false;

    for (const [name, call] of Object.entries(everyCall(at.backend))) {
      await expect(call(), name).rejects.toMatchObject({ code: 'STORAGE_WRONG_ROOT', details: { s3Code: 'NoSuchBucket' } });
    }
  });

  test('not when access is refused, nor when a proxy answers', async () => {
    await using at = await opened();
    at.double.fail('HEAD a', () => ({ status: 403 }));
    at.double.fail('GET a', () => refusal(403, 'AccessDenied'));
    await expect(at.backend.head('a')).rejects.toMatchObject({ code: 'STORAGE_PERMISSION', details: { s3Code: 'AccessDenied' } });

    at.double.fail('HEAD a', () => ({ status: 404 }));
    at.double.fail('GET a', () => ({ status: 404, body: '<html><body>Not here</body></html>' }));
    await expect(at.backend.head('a')).rejects.toMatchObject({ code: 'STORAGE_IO', details: { s3Code: null } });
  });

  test('when the bucket is there and the object is not', async () => {
    await using at = await opened();

    expect(await at.backend.head('a')).toBeNull();
    await at.backend.put('b', 'x');
    const before = at.double.requests.length;
    expect(await at.backend.head('a')).toBeNull();
    expect(at.double.requests.slice(before)).toEqual(['HEAD a']);
  });
});

test('a service that ignores ranges is found out', async () => {
  await using at = await opened();
  await at.backend.put('a', 'the bytes');
  at.double.fail('GET a', (asked, serve) => {
    delete asked.headers.range;
    return serve();
  });

  await expect(at.backend.get('a', { range: { start: 4 } })).rejects.toMatchObject({ code: 'STORAGE_DRIVER' });
  expect(await text((await at.backend.get('a', { range: { start: 4 } })).body)).toBe('bytes');
});
