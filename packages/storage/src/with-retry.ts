import { setTimeout as sleep } from 'node:timers/promises';
import { isSyncError, SyncError } from '@1688/core';
import { collectBytes } from './body.ts';
import { delegate } from './delegate.ts';
import { compareKeys } from './key.ts';
import type { GetOptions, GetResult, ListOptions, PutOptions, StorageBackend, StorageBody, StoredObject } from './storage-backend.ts';

export interface RetryOptions {
  /** Tries in all, at least 1. Default 4. */
  readonly attempts?: number;
  /** Longest wait before the second try; it doubles with each further one. Default 100. */
  readonly delayMs?: number;
  /** No wait is longer. Default 5,000. */
  readonly maxDelayMs?: number;
}

/**
 * Tries again what failed with a `retryable` error, after a random wait (full jitter) that may be longer each time. Reading and
 * listing go on where they broke off. A stream that was begun cannot be sent twice: its put is tried once.
 */
export function withRetry(backend: StorageBackend, options: RetryOptions = {}): StorageBackend {
  const all = delegate(backend);
  const { copy, signedUrl } = all;
  const again = retrier(options);
  return {
    ...all,
    put: (key, body, putOptions) => putAgain(all, again, { key, body, options: putOptions ?? {} }),
    get: (key, getOptions) => getAgain(all, again, key, getOptions ?? {}),
    head: (key, headOptions) => again(() => all.head(key, headOptions), headOptions?.signal),
    delete: (key, deleteOptions) => again(() => all.delete(key, deleteOptions), deleteOptions?.signal),
    list: (prefix, listOptions) => listAgain(all, again, prefix, listOptions ?? {}),
    ...(signedUrl && { signedUrl: (key: string, urlOptions: { readonly expiresInSeconds: number }) => again(() => signedUrl(key, urlOptions)) }),
    ...(copy && { copy: (from: string, to: string, copyOptions?: { readonly signal?: AbortSignal }) => again(() => copy(from, to, copyOptions), copyOptions?.signal) }),
  };
}

type Again = <T>(work: (attempt: number) => Promise<T>, signal?: AbortSignal) => Promise<T>;

function retrier({ attempts = 4, delayMs = 100, maxDelayMs = 5_000 }: RetryOptions): Again {
  if (!Number.isInteger(attempts) || attempts < 1) throw new SyncError('ARGUMENT_INVALID', `Expected attempts of at least 1, received ${attempts}.`);
  return async (work, signal) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(attempt);
      } catch (error) {
        if (attempt >= attempts || !isRetryable(error)) throw error;
        await pause(Math.random() * Math.min(maxDelayMs, delayMs * 2 ** (attempt - 1)), signal);
      }
    }
  };
}

function isRetryable(error: unknown): boolean {
  return isSyncError(error) && error.retryable && error.code !== 'ABORTED';
}

async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(delayMs, undefined, signal ? { signal } : {});
  } catch (cause) {
    throw new SyncError('ABORTED', 'Waiting for another try was cancelled.', { retryable: true, cause });
  }
}

async function putAgain(all: StorageBackend, again: Again, put: { key: string; body: StorageBody; options: PutOptions }): Promise<StoredObject> {
  const { key, options } = put;
  let begun = false;
  const body = typeof put.body === 'string' || put.body instanceof Uint8Array ? put.body : noticed(put.body, () => { begun = true; });
  return again(async (attempt) => {
    try {
      return await all.put(key, body, options);
    } catch (error) {
      if (!isSyncError(error)) throw error;
      const own = attempt > 1 && error.code === 'STORAGE_CONFLICT' ? await storedByUs(all, key, put.body, options) : null;
      if (own) return own;
      if (begun && error.retryable) throw new SyncError(error.code, error.message, { hint: 'The stream is used up: open it anew and put it again.', cause: error });
      throw error;
    }
  }, options.signal);
}

/** With `ifAbsent` an earlier try may have stored the object although its answer was lost. */
async function storedByUs(all: StorageBackend, key: string, body: StorageBody, { signal }: PutOptions): Promise<StoredObject | null> {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return null;
  const ours = await collectBytes(body);
  const found = await all.get(key, signal ? { signal } : {});
  return found.object.sizeBytes === ours.length && Buffer.compare(await collectBytes(found.body), ours) === 0 ? found.object : null;
}

async function* noticed(body: AsyncIterable<Uint8Array>, onBegin: () => void): AsyncGenerator<Uint8Array> {
  onBegin();
  yield* body;
}

async function getAgain(all: StorageBackend, again: Again, key: string, options: GetOptions): Promise<GetResult> {
  const first = await again(() => all.get(key, options), options.signal);
  return { object: first.object, body: readAgain({ all, again, key, options, first }) };
}

interface Reading {
  readonly all: StorageBackend;
  readonly again: Again;
  readonly key: string;
  readonly options: GetOptions;
  readonly first: GetResult;
}

async function* readAgain({ all, again, key, options, first }: Reading): AsyncGenerator<Uint8Array> {
  let read = 0;
  let iterator = first.body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const piece = await again(async (attempt) => {
        if (attempt === 1) return iterator.next();
        const rest = await reopen({ all, key, options, first }, read);
        if (rest === null) return null;
        iterator = rest[Symbol.asyncIterator]();
        return iterator.next();
      }, options.signal);
      if (piece === null) throw replaced(key);
      if (piece.done) return;
      read += piece.value.length;
      yield piece.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** What is left of a body after `read` bytes, or null when another object stands there now. */
async function reopen({ all, key, options, first }: Omit<Reading, 'again'>, read: number): Promise<AsyncIterable<Uint8Array> | null> {
  const start = (options.range?.start ?? 0) + read;
  const end = Math.min(options.range?.end ?? Infinity, first.object.sizeBytes - 1);
  if (read > 0 && start > end) return skip(first.body, first.object.sizeBytes); // all was read, only the end was not told
  const resumed = read > 0 && all.capabilities.range;
  const again = await all.get(key, resumed ? { ...options, range: { start, end } } : options);
  if (!sameObject(again.object, first.object)) return null;
  return resumed ? again.body : skip(again.body, read);
}

async function* skip(body: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let left = sizeBytes;
  for await (const chunk of body) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

function replaced(key: string): SyncError {
  return new SyncError('STORAGE_IO', `Expected ${JSON.stringify(key)} to stay the same while it is read, but it was replaced.`, { retryable: true, hint: 'Get it again.' });
}

function sameObject(a: StoredObject, b: StoredObject): boolean {
  return a.etag === b.etag && a.sizeBytes === b.sizeBytes && (a.etag !== undefined || a.modifiedAt.getTime() === b.modifiedAt.getTime());
}

async function* listAgain(all: StorageBackend, again: Again, prefix: string, options: ListOptions): AsyncGenerator<StoredObject> {
  let after = options.after;
  let iterator = all.list(prefix, options)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const piece = await again(async (attempt) => {
        if (attempt > 1) iterator = all.list(prefix, { ...options, ...(after === undefined ? {} : { after }) })[Symbol.asyncIterator]();
        return iterator.next();
      }, options.signal);
      if (piece.done) return;
      if (after === undefined || compareKeys(piece.value.key, after) > 0) after = piece.value.key;
      yield piece.value;
    }
  } finally {
    await iterator.return?.();
  }
}
