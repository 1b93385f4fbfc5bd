import { s3Backend, type S3BackendOptions } from '../src/index.ts';
import type { StorageBackend } from '@1688/storage';
import { bucketName, keys, openDouble, type DoubleOptions, type S3Double } from './s3-double.ts';

export interface Opened extends AsyncDisposable {
  readonly double: S3Double;
  readonly backend: StorageBackend;
}

/** A double and a backend that speaks to it without waiting between tries. */
export async function opened(options: Partial<S3BackendOptions> = {}, doubleOptions: DoubleOptions = {}): Promise<Opened> {
  const double = await openDouble(doubleOptions);
  const backend = s3Backend({ ...keys, bucket: bucketName, endpoint: `http://127.0.0.1:${double.port}`, delayMs: 1, ...options });
  return {
    double, backend,
    async [Symbol.asyncDispose]() {
      await backend.close?.();
      await double[Symbol.asyncDispose]();
    },
  };
}

/** The same call for every method that asks the service. */
export function everyCall(backend: StorageBackend, signal?: AbortSignal): Record<string, () => Promise<unknown>> {
  const given = signal ? { signal } : {};
  return {
    put: () => backend.put('a', 'x', given),
    get: () => backend.get('a', given),
    head: () => backend.head('a', given),
    delete: () => backend.delete('a', given),
    list: async () => { for await (const _ of backend.list('', given)); },
    copy: async () => backend.copy?.('a', 'b', given),
  };
}

export async function* streamOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
