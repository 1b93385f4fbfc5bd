import { isSyncError, SyncError, throwIfAborted } from '@1688/core';

export interface CallOptions {
  /** What is done, for messages: `Reading "a/b"`. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Infinity: no limit. */
  readonly timeoutMs: number;
}

/** What a call that is under way may ask for. */
export interface RunningCall {
  /** Aborted when the caller gives up or the time is over. */
  readonly signal: AbortSignal;
  /** Stops the clock while something else than the driver is waited for; the next `resume` starts it anew. */
  pause(): void;
  resume(): void;
}

/**
 * Calls a driver that is not trusted: ends when the caller gives up or the time is over, whether the driver hears of it or not,
 * and names what it throws. What it still does then goes on unheard.
 * @throws STORAGE_TIMEOUT, ABORTED, STORAGE_DRIVER for what is no `SyncError`
 */
export async function callDriver<Value>(options: CallOptions, work: (call: RunningCall) => Promise<Value>): Promise<Value> {
  const { what, signal, timeoutMs } = options;
  const ending = new AbortController();
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {}); // seen only while the driver is awaited
  const end = (error: SyncError): void => {
    ended.reject(error);
    ending.abort(error);
  };
  const abort = (): void => end(new SyncError('ABORTED', `${what} was cancelled.`, { retryable: true, cause: signal?.reason }));
  let timer: NodeJS.Timeout | undefined;
  const pause = (): void => clearTimeout(timer);
  const resume = (): void => {
    pause();
    if (timeoutMs !== Infinity) timer = setTimeout(() => end(tooSlow(what, timeoutMs)), timeoutMs);
  };
  throwIfAborted(signal, what);
  signal?.addEventListener('abort', abort, { once: true });
  resume();
  try {
    return await Promise.race([ended.promise, answerOf(work({ signal: ending.signal, pause, resume }), what)]);
  } finally {
    pause();
    signal?.removeEventListener('abort', abort);
  }
}

async function answerOf<Value>(answer: Promise<Value>, what: string): Promise<Value> {
  try {
    return await answer;
  } catch (error) {
    throw isSyncError(error) ? error : foreign(error, what);
  }
}

function foreign(error: unknown, what: string): SyncError {
  const thrown = error instanceof Error ? `${error.name}: ${error.message}` : `${typeof error} ${JSON.stringify(String(error).slice(0, 80))}`;
  return driverFault(`${what}: expected the storage driver to throw a SyncError, received ${thrown}.`, { cause: error });
}

/** A promise of the port that a driver broke. */
export function driverFault(message: string, options: { readonly cause?: unknown; readonly retryable?: boolean } = {}): SyncError {
  return new SyncError('STORAGE_DRIVER', message, { hint: 'Run storageContract from @1688/storage/contract against this backend.', ...options });
}

function tooSlow(what: string, timeoutMs: number): SyncError {
  return new SyncError('STORAGE_TIMEOUT', `${what}: expected an answer within ${timeoutMs} ms, received none.`, { retryable: true, hint: 'See whether the storage is reachable, or raise the limit.' });
}
