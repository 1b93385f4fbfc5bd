import { SyncError } from '@1688/core';
import { delegate } from './delegate.ts';
import { checkObject, checkOrder, countBody } from './driver-answer.ts';
import { callDriver, driverFault, type CallOptions, type RunningCall } from './driver-call.ts';
import { openSlots } from './slots.ts';
import type { GetOptions, GetResult, ListOptions, PutOptions, StorageBackend, StorageBody, StoredObject } from './storage-backend.ts';

export interface LimitOptions {
  /** Calls that read at once, and as many that write. Default 16. */
  readonly concurrency?: number;
  /** Longest wait for an answer: of a call, between two pieces of a body or a list, for a put between two pieces that it takes. Default: no limit. */
  readonly timeoutMs?: number;
}

type Guarded = <Value>(options: Omit<CallOptions, 'timeoutMs'>, work: (call: RunningCall) => Promise<Value>) => Promise<Value>;
interface Guards {
  readonly read: Guarded;
  readonly write: Guarded;
}
type Signalled = { readonly signal?: AbortSignal };

/**
 * Asks no more than so much at once of a place, and trusts its driver with nothing: one that hangs or ignores a signal is left
 * behind, and what it throws, and answers that break the port, become `SyncError`s.
 *
 * Reads and writes wait in lines of their own, and a body counts only while a piece of it is awaited: a put whose body comes from
 * the same place never waits for itself.
 * @throws STORAGE_TIMEOUT (retryable), STORAGE_DRIVER, ABORTED, and ARGUMENT_INVALID for limits that are none
 */
export function withLimit(backend: StorageBackend, { concurrency = 16, timeoutMs = Infinity }: LimitOptions = {}): StorageBackend {
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new SyncError('ARGUMENT_INVALID', `Expected a concurrency of at least 1, received ${concurrency}.`);
  if (!(timeoutMs > 0)) throw new SyncError('ARGUMENT_INVALID', `Expected a time limit above 0 ms, received ${timeoutMs}.`);
  const all = delegate(backend);
  const { copy, signedUrl } = all;
  const guard = (): Guarded => {
    const slots = openSlots(concurrency);
    return (options, work) => slots.run(() => callDriver({ ...options, timeoutMs }, work), options.signal);
  };
  const guards: Guards = { read: guard(), write: guard() };
  const { read, write } = guards;

  return {
    ...all,
    put: (key, body, options = {}) => putGuarded(all, write, { key, body, options }),
    get: (key, options = {}) => getGuarded(all, read, key, options),
    head: (key, options = {}) => read({ what: `Reading ${JSON.stringify(key)}`, ...options }, async ({ signal }) => {
      const object = await all.head(key, { ...options, signal });
      return object === null ? null : checkObject(object, key);
    }),
    delete: (key, options = {}) => write({ what: `Deleting ${JSON.stringify(key)}`, ...options }, async ({ signal }) => all.delete(key, { ...options, signal })),
    list: (prefix, options = {}) => listGuarded(all, read, prefix, options),
    ...(signedUrl && { signedUrl: (key: string, options: { readonly expiresInSeconds: number }) => read({ what: `Signing ${JSON.stringify(key)}` }, async () => signedUrl(key, options)) }),
    ...(copy && {
      copy: (from: string, to: string, options: Signalled = {}) => write({ what: `Copying ${JSON.stringify(from)}`, ...options }, async ({ signal }) => checkObject(await copy(from, to, { ...options, signal }), to)),
    }),
  };
}

async function putGuarded(all: StorageBackend, write: Guarded, put: { key: string; body: StorageBody; options: PutOptions }): Promise<StoredObject> {
  const { key, body, options } = put;
  const failure: { thrown?: { readonly error: unknown } } = {};
  try {
    return await write({ what: `Storing ${JSON.stringify(key)}`, signal: options.signal }, async (call) => {
      const isWhole = typeof body === 'string' || body instanceof Uint8Array;
      const object = await all.put(key, isWhole ? body : takenFrom(body, call, failure), { ...options, signal: call.signal });
      return checkObject(object, key);
    });
  } catch (error) {
    if (failure.thrown) throw failure.thrown.error; // what the body throws is the caller's own
    throw error;
  }
}

/** The driver's clock stands still while the caller's body is awaited. */
async function* takenFrom(body: AsyncIterable<Uint8Array>, call: RunningCall, failure: { thrown?: { readonly error: unknown } }): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      call.pause();
      const next = await chunks.next();
      call.resume();
      ended = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    ended = true;
    failure.thrown = { error };
    throw error;
  } finally {
    if (!ended) await chunks.return?.();
  }
}

async function getGuarded(all: StorageBackend, read: Guarded, key: string, options: GetOptions): Promise<GetResult> {
  const what = `Reading ${JSON.stringify(key)}`;
  // Aborted later, too: a body stays tied to the signal of its call.
  const whole = new AbortController();
  const found = await read({ what, signal: options.signal }, async ({ signal }) => {
    signal.addEventListener('abort', () => whole.abort(signal.reason), { once: true });
    const { object, body } = await all.get(key, { ...options, signal: whole.signal });
    if (typeof body?.[Symbol.asyncIterator] !== 'function') throw driverFault(`${what}: expected a body from the storage driver, received ${typeof body}.`);
    return { object: checkObject(object, key), body };
  });
  return { object: found.object, body: piecesOf(found, { read, what, options, whole }) };
}

async function* piecesOf({ object, body }: GetResult, { read, what, options, whole }: { read: Guarded; what: string; options: GetOptions; whole: AbortController }): AsyncGenerator<Uint8Array> {
  const count = countBody(object, options.range);
  for await (const chunk of stepped(body, (step) => read({ what, signal: options.signal }, step), whole)) yield count.piece(chunk);
  count.end();
}

async function* listGuarded(all: StorageBackend, read: Guarded, prefix: string, options: ListOptions): AsyncGenerator<StoredObject> {
  const what = `Listing ${JSON.stringify(prefix)}`;
  const whole = new AbortController();
  let previous = options.after;
  for await (const object of stepped(all.list(prefix, { ...options, signal: whole.signal }), (step) => read({ what, signal: options.signal }, step), whole)) {
    previous = checkOrder(object, previous, prefix).key;
    yield object;
  }
}

/** One guarded call for each item. What failed is told to stop and not waited for: a driver that hangs would never answer. */
async function* stepped<Item>(items: AsyncIterable<Item>, guarded: (step: (call: RunningCall) => Promise<IteratorResult<Item>>) => Promise<IteratorResult<Item>>, whole: AbortController): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let failed = true;
  try {
    for (;;) {
      const next = await guarded(async ({ signal }) => {
        signal.addEventListener('abort', () => whole.abort(signal.reason), { once: true });
        return iterator.next();
      });
      failed = false;
      if (next.done) return;
      yield next.value;
      failed = true;
    }
  } finally {
    if (failed) void Promise.resolve(iterator.return?.()).catch(() => {});
    else await iterator.return?.();
  }
}
