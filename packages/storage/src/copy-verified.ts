import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSyncError, SyncError, throwIfAborted, type ErrorCode } from '@1688/core';
import { delegate } from './delegate.ts';
import type { GetResult, StorageBackend, StoredObject } from './storage-backend.ts';

/** `present` was there already, byte for byte; `gone` was deleted at its source; `unreadable` could not be read there, for the reason `code`. */
export type CopyOutcome =
  | { readonly state: 'copied' | 'present'; readonly sizeBytes: number; readonly sha256: string }
  | { readonly state: 'gone' }
  | { readonly state: 'unreadable'; readonly code: ErrorCode };

export interface CopyVerifiedOptions {
  /** Tries of what fails with a `retryable` error, at least 1. Default 3. */
  readonly attempts?: number;
  readonly signal?: AbortSignal;
}

/** What says something about one object, not about the whole place. */
const ofOneObject: readonly ErrorCode[] = ['STORAGE_CORRUPT', 'STORAGE_DRIVER', 'STORAGE_IO', 'STORAGE_KEY', 'STORAGE_PERMISSION'];

/**
 * Copies one object from one place to another and reads it back: what is there has the same SHA-256 as what was read.
 * @throws what the target throws; of the source only what is not about this object; STORAGE_CORRUPT when the target gives back other bytes
 */
export async function copyVerified(from: StorageBackend, to: StorageBackend, key: string, options: CopyVerifiedOptions = {}): Promise<CopyOutcome> {
  const { attempts = 3, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal, `Copying ${key}`);
    const failures: unknown[] = [];
    try {
      return await copyOnce({ from: watched(from, failures), to, key, given: signal ? { signal } : {} });
    } catch (thrown) {
      const [failure = thrown] = failures; // a target may hide what the body that it stores has thrown
      const again = isSyncError(failure) && failure.retryable && failure.code !== 'ABORTED' && attempt < attempts;
      if (again) await sleep(Math.random() * 100 * 2 ** attempt, undefined, signal ? { signal } : {}).catch(() => throwIfAborted(signal, `Copying ${key}`));
      else if (failures.length > 0 && isSyncError(failure) && ofOneObject.includes(failure.code)) return { state: 'unreadable', code: failure.code };
      else throw failure;
    }
  }
}

interface Source {
  /** Null when nothing is stored under the key. */
  open(key: string, given: { readonly signal?: AbortSignal }): Promise<{ readonly object: StoredObject; readonly body: AsyncIterable<Uint8Array> } | null>;
}

interface Copy {
  readonly from: Source;
  readonly to: StorageBackend;
  readonly key: string;
  readonly given: { readonly signal?: AbortSignal };
}

async function copyOnce({ from, to, key, given }: Copy): Promise<CopyOutcome> {
  const source = await from.open(key, given);
  if (!source) return { state: 'gone' };
  const { sizeBytes, contentType } = source.object;
  if ((await to.head(key, given))?.sizeBytes === sizeBytes) {
    const sha256 = await hashOf(source.body);
    if (sha256 === (await hashUnder(to, key, given))) return { state: 'present', sizeBytes, sha256 };
    return copyOnce({ from, to: withoutHead(to), key, given }); // the body is used up
  }
  const hash = createHash('sha256');
  await to.put(key, noted(source.body, hash), { ...given, sizeBytes, ...(contentType === undefined ? {} : { contentType }) });
  const sha256 = hash.digest('hex');
  const stored = await hashUnder(to, key, given);
  if (stored === sha256) return { state: 'copied', sizeBytes, sha256 };
  throw new SyncError('STORAGE_CORRUPT', `Expected ${to.name} to keep ${JSON.stringify(key)} with the SHA-256 ${sha256}, it gave back ${stored}.`, { retryable: true, hint: 'Check the target with "1688sync storage check".' });
}

function withoutHead(to: StorageBackend): StorageBackend {
  return { ...delegate(to), head: async () => null };
}

/** Writes down what fails at the source, to tell it from what fails at the target. */
function watched(from: StorageBackend, failures: unknown[]): Source {
  async function* whole({ object, body }: GetResult): AsyncGenerator<Uint8Array> {
    let received = 0;
    try {
      for await (const chunk of body) {
        received += chunk.length;
        yield chunk;
      }
      if (received !== object.sizeBytes) throw new SyncError('STORAGE_CORRUPT', `Expected ${object.sizeBytes} bytes under ${JSON.stringify(object.key)}, found ${received}.`);
    } catch (error) {
      failures.push(error);
      throw error;
    }
  }
  return {
    async open(key, given) {
      try {
        const found = await from.get(key, given);
        return { object: found.object, body: whole(found) };
      } catch (error) {
        if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return null;
        failures.push(error);
        throw error;
      }
    },
  };
}

async function* noted(chunks: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

async function hashUnder(backend: StorageBackend, key: string, given: { readonly signal?: AbortSignal }): Promise<string> {
  return hashOf((await backend.get(key, given)).body);
}

async function hashOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}
