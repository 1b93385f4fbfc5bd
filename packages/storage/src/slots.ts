import { SyncError } from '@1688/core';

/** Lets so many run at once; the others wait in the order in which they came. */
export interface Slots {
  /** @throws ABORTED when the signal ends the waiting */
  run<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value>;
}

export function openSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  async function take(signal: AbortSignal | undefined): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const abort = (): void => {
      if (waiting.delete(turn.resolve)) turn.reject(new SyncError('ABORTED', 'Waiting for the storage was cancelled.', { retryable: true, cause: signal?.reason }));
    };
    waiting.add(turn.resolve);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    try {
      await turn.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  function give(): void {
    const [next] = waiting;
    if (!next) free += 1;
    else {
      waiting.delete(next);
      next(); // the slot goes over to whoever waits longest
    }
  }

  return {
    async run(work, signal) {
      await take(signal);
      try {
        return await work();
      } finally {
        give();
      }
    },
  };
}
