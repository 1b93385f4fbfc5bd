// needs: swift-proxy swift-account swift-container swift-object memcached
import { createHash, randomBytes } from 'node:crypto';
import {
  CompleteMultipartUploadCommand, CreateBucketCommand, CreateMultipartUploadCommand, GetObjectCommand, HeadObjectCommand,
  ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, S3Client, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { collectBytes, copyVerified, memoryBackend, text } from '@1688/storage';
import { storageContract } from '@1688/storage/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { s3Backend, type S3BackendOptions } from '../src/index.ts';
import { everyHostIsHere } from './any-host.ts';
import { everyCall, streamOf } from './opened.ts';
import { bucketName, keys, openDouble } from './s3-double.ts';
import { startSwift, swift, type SwiftServer } from './swift-server.ts';

/** A server that is not ours and checks signatures, and a client that is not ours. */
let server: SwiftServer;
let sdk: S3Client;
const Bucket = 'pictures';
const large = randomBytes(11_000_000);
const { accessKeyId, secretAccessKey, region } = swift;

const backend = (more: Partial<S3BackendOptions> = {}): ReturnType<typeof s3Backend> =>
  s3Backend({ accessKeyId, secretAccessKey, region, bucket: Bucket, endpoint: `http://127.0.0.1:${server?.port ?? 1}`, ...more });
const inHost = (): Partial<S3BackendOptions> => ({ style: 'virtual', endpoint: `http://${swift.domain}:${server?.port ?? 1}` });

/** Swift takes no checksums in trailers, which the client would send by itself. */
const clientFor = (port: number, given: { accessKeyId: string; secretAccessKey: string; region: string }): S3Client => new S3Client({
  endpoint: `http://127.0.0.1:${port}`, region: given.region, forcePathStyle: true, credentials: given,
  requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED',
});

beforeAll(async () => {
  everyHostIsHere();
  server = await startSwift();
  sdk = clientFor(server.port, swift);
  await sdk.send(new CreateBucketCommand({ Bucket }));
}, 400_000);

afterAll(async () => {
  sdk?.destroy();
  await server?.[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

const ways: Readonly<Record<string, () => Partial<S3BackendOptions>>> = {
  'the bucket in the path': () => ({}),
  'the bucket in the host': inHost,
  'below a folder': () => ({ prefix: '商店/a' }),
};
describe.each(Object.entries(ways))('s3Backend keeps the contract on Swift: %s', (_name, options) => {
  for (const [at, { name }] of storageContract(backend()).entries()) {
    test(name, { timeout: 180_000 }, async () => {
      const asked = backend(options());
      await storageContract(asked)[at]?.run();
      await asked.close?.();
    });
  }
});

describe('Swift', () => {
  test.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'test:nobody' }, 'SignatureDoesNotMatch'], // it tells no more
  ] as const)('refuses %s', async (_name, options, s3Code) => {
    for (const [name, call] of Object.entries(everyCall(backend(options)))) {
      await expect(call(), name).rejects.toMatchObject({ code: 'STORAGE_PERMISSION', details: { s3Code } });
    }
  });

  test('tells a missing bucket from a missing object', async () => {
    for (const [name, call] of Object.entries(everyCall(backend({ bucket: 'never-made' })))) {
      await expect(call(), name).rejects.toMatchObject({ code: 'STORAGE_WRONG_ROOT' });
    }
    expect(await backend().head('never-made')).toBeNull();
  });

  test('says that it offers no conditional put', async () => {
    await expect(backend({ conditionalPut: true }).put('once', 'x', { ifAbsent: true })).rejects.toMatchObject({ code: 'STORAGE_UNSUPPORTED', details: { s3Code: 'NotImplemented' } });
  });

  test('refuses a signed address that was altered', async () => {
    await backend().put('图 1.jpg', 'x');
    const address = await backend().signedUrl!('图 1.jpg', { expiresInSeconds: 60 });

    expect(await (await fetch(address)).text()).toBe('x');
    expect((await fetch(address.replace('%201', '%202'))).status).toBe(403);
  });

  test('takes an object in parts, and forgets the parts of one that was given up', async () => {
    const inParts = backend({ partSizeBytes: 5 * 1024 * 1024 });
    const object = await inParts.put('parts', streamOf(large), { sha256: createHash('sha256').update(large).digest('hex') });

    expect(object).toMatchObject({ sizeBytes: large.length, etag: expect.stringMatching(/-3$/) });
    await expect(inParts.put('parts', streamOf(large), { sizeBytes: large.length + 1 })).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    expect(large.equals(await collectBytes((await inParts.get('parts')).body))).toBe(true);
    expect((await sdk.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
  });
});

describe('the client of AWS', () => {
  test('reads what we stored', async () => {
    const ours = backend({ partSizeBytes: 5 * 1024 * 1024 });
    await ours.put('sdk/连衣裙 +1.jpg', 'picture', { contentType: 'image/jpeg' });
    await ours.put('sdk/parts', streamOf(large));

    const small = await sdk.send(new GetObjectCommand({ Bucket, Key: 'sdk/连衣裙 +1.jpg' }));
    const parts = await sdk.send(new GetObjectCommand({ Bucket, Key: 'sdk/parts' }));

    expect(await small.Body?.transformToString()).toBe('picture');
    expect(small.ContentType).toBe('image/jpeg');
    expect(small.Metadata?.['sha256']).toBe(createHash('sha256').update('picture').digest('hex'));
    expect(large.equals(Buffer.from((await parts.Body?.transformToByteArray())!))).toBe(true);
    expect((await sdk.send(new ListObjectsV2Command({ Bucket, Prefix: 'sdk/' }))).Contents?.map(({ Key }) => Key)).toEqual(['sdk/parts', 'sdk/连衣裙 +1.jpg']);
  });

  test('stores what we read', async () => {
    const Key = 'theirs/主图 100%.jpg';
    await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'their picture', ContentType: 'image/webp' }));
    const { UploadId } = await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key: 'theirs/parts' }));
    const bodies = [large.subarray(0, 6_000_000), large.subarray(6_000_000)];
    const Parts = [];
    for (const [at, Body] of bodies.entries()) {
      const { ETag } = await sdk.send(new UploadPartCommand({ Bucket, Key: 'theirs/parts', UploadId, PartNumber: at + 1, Body }));
      Parts.push({ ETag, PartNumber: at + 1 });
    }
    await sdk.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'theirs/parts', UploadId, MultipartUpload: { Parts } }));

    const { object, body } = await backend().get(Key);
    const found: string[] = [];
    for await (const { key } of backend().list('theirs/')) found.push(key);

    expect(object).toMatchObject({ sizeBytes: 13, contentType: 'image/webp' });
    expect(await text(body)).toBe('their picture');
    expect(large.equals(await collectBytes((await backend().get('theirs/parts')).body))).toBe(true);
    expect(large.subarray(5_999_990, 6_000_010).equals(await collectBytes((await backend().get('theirs/parts', { range: { start: 5_999_990, end: 6_000_009 } })).body))).toBe(true);
    expect(found).toEqual(['theirs/parts', Key]);
  });

  test('sees what we copied, and nothing of what we deleted', async () => {
    await backend().put('copy/from', 'x', { contentType: 'image/png' });
    await backend().copy!('copy/from', 'copy/to 图');
    await backend().delete('copy/from');

    expect((await sdk.send(new HeadObjectCommand({ Bucket, Key: 'copy/to 图' }))).ContentType).toBe('image/png');
    await expect(sdk.send(new HeadObjectCommand({ Bucket, Key: 'copy/from' }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  test('is understood by our double, so that the double checks signatures as others make them', async () => {
    await using double = await openDouble();
    const client = clientFor(double.port, keys);
    const Key = "theirs/主图 (1)+100%'*.jpg";

    await client.send(new PutObjectCommand({ Bucket: bucketName, Key, Body: 'x' }));
    const listed = await client.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix: 'theirs/主', EncodingType: 'url' }));
    const stranger = clientFor(double.port, { ...keys, secretAccessKey: 'wrong' });

    expect(double.bucket.objects.has(Key)).toBe(true);
    expect(listed.KeyCount).toBe(1);
    await expect(stranger.send(new GetObjectCommand({ Bucket: bucketName, Key }))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    client.destroy();
    stranger.destroy();
  });
});

test('a store is copied into Swift and back, byte for byte', { timeout: 180_000 }, async () => {
  const [from, to] = [memoryBackend(), memoryBackend()];
  await from.put('sha256/ab/large', large);
  await from.put('sha256/ab/图.jpg', 'x');

  for (const key of ['sha256/ab/large', 'sha256/ab/图.jpg']) {
    expect(await copyVerified(from, backend(), key)).toMatchObject({ state: 'copied' });
    expect(await copyVerified(backend(), to, key)).toMatchObject({ state: 'copied' });
  }
});
