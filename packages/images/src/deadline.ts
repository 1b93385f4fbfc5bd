import { SyncError } from '@1688/core';

/** A signal that ends with the caller's or when the time is up; its reason is the error to throw. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

export interface DeadlineOptions {
  readonly timeoutMs: number;
  /** Whoever may end the work before. */
  readonly signals: readonly (AbortSignal | undefined)[];
  /** For messages: `a download from shop.example`. */
  readonly what: string;
}

export function deadline({ timeoutMs, signals, what }: DeadlineOptions): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new SyncError('FETCH_TIMEOUT', `Expected ${what} to take at most ${timeoutMs / 1000} s, it took longer.`, { retryable: true }));
  }, timeoutMs);
  const listeners = signals.flatMap((signal) => (signal ? [{ signal, cancel: () => cancel(signal) }] : []));
  for (const { signal, cancel: listener } of listeners) {
    signal.addEventListener('abort', listener, { once: true });
    if (signal.aborted) listener();
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const { signal, cancel: listener } of listeners) signal.removeEventListener('abort', listener);
    },
  };

  function cancel(signal: AbortSignal): void {
    controller.abort(new SyncError('ABORTED', `${what} was cancelled.`, { retryable: true, cause: signal.reason }));
  }
}
