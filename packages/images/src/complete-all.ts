import { isSyncError, SyncError, throwIfAborted, type Outcome } from '@1688/core';
import type { FetchOptions } from './fetcher.ts';

/**
 * Works on many items, so many at once, and yields each outcome as soon as it is known. Reads the items no faster than it works
 * on them; breaking off cancels what is under way.
 */
export async function* completeAll<Value>(
  items: Iterable<string> | AsyncIterable<string>, { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal | undefined },
  work: (item: string, options: FetchOptions) => Promise<Value>,
): AsyncGenerator<Outcome<Value, string>> {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) throw new SyncError('ARGUMENT_INVALID', `Expected a concurrency of 1 to 64, received ${concurrency}.`);
  const controller = new AbortController();
  const both = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
  const running = new Map<string | symbol, Promise<{ readonly token: symbol; readonly outcome: Outcome<Value, string> }>>();
  const source = toAsync(items);
  let ended = false;
  try {
    for (;;) {
      throwIfAborted(signal, 'Downloading pictures');
      while (!ended && running.size < concurrency) {
        const next = await source.next();
        ended = next.done === true;
        if (next.done) break;
        const token = Symbol('running');
        running.set(token, outcomeOf(next.value, work(next.value, { signal: both })).then((outcome) => ({ token, outcome })));
      }
      if (running.size === 0) return;
      const { token, outcome } = await Promise.race(running.values());
      running.delete(token);
      throwIfAborted(signal, 'Downloading pictures');
      yield outcome;
    }
  } finally {
    controller.abort();
    await Promise.allSettled(running.values());
    if (!ended) await source.return(undefined);
  }
}

async function* toAsync(items: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string, undefined> {
  yield* items;
  return undefined;
}

async function outcomeOf<Value>(item: string, work: Promise<Value>): Promise<Outcome<Value, string>> {
  try {
    return { ok: true, value: await work };
  } catch (cause) {
    const error = cause instanceof SyncError ? cause : isSyncError(cause) ? new SyncError(cause.code, cause.message, { cause, retryable: cause.retryable }) : new SyncError('INTERNAL', `A download failed in a way that is not known: ${String(cause)}`, { cause });
    return { ok: false, item, error };
  }
}
