import { SyncError, throwIfAborted } from '@1688/core';

export interface PatienceOptions {
  /** Tries in all. */
  readonly attempts: number;
  /** Longest wait before the second try; before each further one four times as long. */
  readonly retryDelayMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Longest time that all tries for one picture and the waits between them may take. */
const patienceMs = 90_000;
/** A suspension that ends sooner is waited for here, a longer one is for the caller to plan with. */
const shortSuspensionMs = 5_000;
/** What another try within the same call may mend; `retryable` errors beyond these are for later. */
const worthAnotherTry: ReadonlySet<string> = new Set(['DNS_FAILED', 'FETCH_CONNECT', 'FETCH_RESET', 'FETCH_STATUS', 'FETCH_TIMEOUT', 'FETCH_TRUNCATED']);

/** Tries again what may succeed soon, after random waits that grow, or as long as the origin asks for. @throws what the last try threw */
export async function withPatience<T>({ attempts, retryDelayMs, signal }: PatienceOptions, work: () => Promise<T>): Promise<T> {
  const endsAt = performance.now() + patienceMs;
  for (let attempt = 1; ; ) {
    throwIfAborted(signal, 'Downloading a picture');
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SyncError) || !error.retryable) throw error;
      const waitMs = isShortSuspension(error) ? askedMs(error) : triedAgainAfterMs(error, attempt);
      if (waitMs === null || performance.now() + waitMs > endsAt) throw error;
      if (error.code !== 'ORIGIN_SUSPENDED') attempt += 1;
      await pause(waitMs, signal);
    }
  }

  function triedAgainAfterMs(error: SyncError, attempt: number): number | null {
    if (!worthAnotherTry.has(error.code) || attempt >= attempts) return null;
    return askedMs(error) ?? Math.random() * retryDelayMs * 4 ** (attempt - 1);
  }
}

function isShortSuspension(error: SyncError): boolean {
  return error.code === 'ORIGIN_SUSPENDED' && (askedMs(error) ?? Number.POSITIVE_INFINITY) <= shortSuspensionMs;
}

function askedMs({ details }: SyncError): number | null {
  const { retryAfterMs } = details;
  return typeof retryAfterMs === 'number' ? retryAfterMs : null;
}

async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, waitMs);
  const stop = (): void => resolve();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener('abort', stop);
}
