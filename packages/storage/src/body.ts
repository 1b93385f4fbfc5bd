import { createHash } from 'node:crypto';
import { SyncError, throwIfAborted } from '@1688/core';
import type { PutOptions, StorageBody } from './storage-backend.ts';

/** All bytes of a body in one array: only for what is known to be small. */
export async function collectBytes(body: StorageBody): Promise<Uint8Array> {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(checkedChunk(chunk));
  return Buffer.concat(chunks);
}

/**
 * All of a body as text; a byte order mark is kept.
 * @throws STORAGE_CORRUPT when the bytes are not UTF-8
 */
export async function text(body: StorageBody): Promise<string> {
  if (typeof body === 'string') return body;
  const bytes = await collectBytes(body);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyncError('STORAGE_CORRUPT', `Expected UTF-8 text, received ${bytes.length} bytes that are none.`, { cause });
  }
}

/**
 * The chunks of a body for a backend to write: counted and hashed while they pass, and broken off as soon as the signal says so,
 * even while the body gives nothing. Write to a place that nobody sees, publish only once this has ended.
 * @throws STORAGE_CORRUPT after the last chunk, or at the first byte too many, when the body is not what `options` announce
 */
export async function* checkedBody(body: StorageBody, options: PutOptions = {}): AsyncGenerator<Uint8Array> {
  const { sizeBytes, sha256, signal } = options;
  const hash = sha256 === undefined ? null : createHash('sha256');
  let received = 0;
  for await (const chunk of untilAborted(toChunks(body), signal)) {
    received += checkedChunk(chunk).length;
    if (sizeBytes !== undefined && received > sizeBytes) throw wrongBody(`${sizeBytes} bytes`, `at least ${received}`);
    hash?.update(chunk);
    yield chunk;
  }
  if (sizeBytes !== undefined && received !== sizeBytes) throw wrongBody(`${sizeBytes} bytes`, `${received}`);
  const digest = hash?.digest('hex');
  if (digest !== sha256) throw wrongBody(`bytes with the SHA-256 ${sha256}`, `${digest}`);
}

async function* toChunks(body: StorageBody): AsyncGenerator<Uint8Array> {
  if (typeof body === 'string') yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

/** A plain `for await` would wait for a stuck body although the caller has given up. */
async function* untilAborted(chunks: AsyncGenerator<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  throwIfAborted(signal, 'Storing a body');
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {}); // seen only while a chunk is awaited
  const abort = (): void => aborted.reject(new SyncError('ABORTED', 'Storing a body was cancelled.', { retryable: true, cause: signal?.reason }));
  signal?.addEventListener('abort', abort, { once: true });
  let ended = false;
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), aborted.promise]);
      ended = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    ended ||= signal?.aborted !== true; // a body that threw has ended by itself
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    if (!ended) void chunks.return(undefined).catch(() => {}); // a stuck body never answers: it is told, not waited for
  }
}

function checkedChunk(chunk: Uint8Array): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new SyncError('ARGUMENT_INVALID', `Expected a body of Uint8Array chunks, received a chunk of type ${typeof chunk}.`);
}

function wrongBody(expected: string, received: string): SyncError {
  return new SyncError('STORAGE_CORRUPT', `Expected a body of ${expected}, received ${received}.`, { hint: 'Read the source again; nothing was stored.' });
}
