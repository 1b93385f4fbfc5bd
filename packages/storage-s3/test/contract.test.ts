import { storageContract } from '@1688/storage/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { s3Backend, type S3BackendOptions } from '../src/index.ts';
import { everyHostIsHere } from './any-host.ts';
import { bucketName, keys, openDouble, type DoubleOptions, type S3Double } from './s3-double.ts';

beforeAll(everyHostIsHere);
afterAll(() => { vi.restoreAllMocks(); });

interface Dialect {
  readonly double: DoubleOptions;
  readonly backend?: Partial<S3BackendOptions>;
  readonly host?: string;
}

const dialects: Readonly<Record<string, Dialect>> = {
  'the bucket in the path, conditional puts kept': { double: {}, backend: { conditionalPut: true } },
  'the bucket in the host only, pages of seven keys, below a folder': { double: { style: 'virtual', pageSize: 7 }, backend: { style: 'virtual', conditionalPut: true, prefix: '商店/a b' }, host: 's3.test' },
  'the bucket in the host, known by its service, conditional puts ignored, temporary keys': { double: { style: 'virtual', condition: 'ignored', keys: { sessionToken: 'a/token+=' } }, backend: { sessionToken: 'a/token+=' }, host: 's3.oss-cn-hangzhou.aliyuncs.com' },
  'conditional puts refused, uploads in parts of 100,000 bytes': { double: { condition: 'refused' }, backend: { partSizeBytes: 100_000 } },
  'ETags that are no MD5, uploads in parts': { double: { etags: 'other' }, backend: { partSizeBytes: 1_000_000, conditionalPut: true } },
};

describe.each(Object.entries(dialects))('s3Backend keeps the contract: %s', (_name, { double: options, backend: more, host = '127.0.0.1' }) => {
  let double: S3Double;
  const opened = Promise.withResolvers<S3Double>();
  beforeAll(async () => {
    double = await openDouble(options);
    opened.resolve(double);
  });
  afterAll(async () => { await double[Symbol.asyncDispose](); });

  // Options are data before the port is known: each case asks for the backend when it runs.
  const backend = (): ReturnType<typeof s3Backend> => s3Backend({ ...keys, bucket: bucketName, endpoint: `http://${host}:${double?.port ?? 1}`, delayMs: 1, ...more });
  for (const [at, { name }] of storageContract(backend()).entries()) {
    test(name, async () => {
      await opened.promise;
      const asked = backend();
      await storageContract(asked)[at]?.run();
      await asked.close?.();
    });
  }

  test('and leaves neither objects nor unfinished uploads behind', () => {
    expect([...double.bucket.objects.keys()]).toEqual([]);
    expect(double.bucket.uploads.size).toBe(0);
  });
});
