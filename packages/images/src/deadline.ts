import { SyncError } from '@1688/core';

/** A signal that ends with the caller's or when the time is up; its reason is the error to throw. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

export function deadline(timeoutMs: number, signal: AbortSignal | undefined, what: string): Deadline {
  const controller = new AbortController();
  const cancel = (): void => controller.abort(new SyncError('ABORTED', `${what} was cancelled.`, { retryable: true, cause: signal?.reason }));
  const timer = setTimeout(() => {
    controller.abort(new SyncError('FETCH_TIMEOUT', `Expected ${what} to take at most ${timeoutMs / 1000} s, it took longer.`, { retryable: true }));
  }, timeoutMs);
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    },
  };
}
