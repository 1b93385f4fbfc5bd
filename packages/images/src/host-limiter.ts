import { SyncError } from '@1688/core';

/** Lets so many work at once for one host, and for all. */
export interface HostLimiter {
  /** Waits for a place, first come first served. The place is given back by disposing of it. */
  enter(host: string, signal?: AbortSignal): Promise<Disposable>;
}

interface Waiting {
  readonly host: string;
  readonly start: () => void;
}

export function hostLimiter({ perHost, total }: { readonly perHost: number; readonly total: number }): HostLimiter {
  const busy = new Map<string, number>();
  const queue: Waiting[] = [];
  let running = 0;

  function startNext(): void {
    while (running < total) {
      const at = queue.findIndex(({ host }) => (busy.get(host) ?? 0) < perHost);
      const [next] = at === -1 ? [] : queue.splice(at, 1);
      if (!next) return;
      running += 1;
      busy.set(next.host, (busy.get(next.host) ?? 0) + 1);
      next.start();
    }
  }

  function leave(host: string): void {
    running -= 1;
    const left = (busy.get(host) ?? 1) - 1;
    if (left === 0) busy.delete(host);
    else busy.set(host, left);
    startNext();
  }

  return {
    async enter(host, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiting: Waiting = { host, start: resolve };
      const abort = (): void => {
        const at = queue.indexOf(waiting);
        if (at === -1) return; // has its place already; the work itself sees the signal
        queue.splice(at, 1);
        reject(new SyncError('ABORTED', 'Waiting for a place to download was cancelled.', { retryable: true, cause: signal?.reason }));
      };
      queue.push(waiting);
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      startNext();
      try {
        await promise;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
      let left = false;
      return { [Symbol.dispose]: () => { if (!left) leave(host); left = true; } };
    },
  };
}
