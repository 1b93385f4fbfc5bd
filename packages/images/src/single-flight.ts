import { SyncError } from '@1688/core';

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  passengers: number;
}

/** Work that is asked for several times at once is done once. */
export interface SingleFlight<T> {
  /** A caller who cancels leaves the others alone; the work itself is cancelled when nobody waits for it any more. */
  run(key: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export function singleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { result: work(controller.signal), controller, passengers: 0 };
    flights.set(key, flight);
    const land = (): void => { if (flights.get(key) === flight) flights.delete(key); };
    flight.result.then(land, land);
    return flight;
  }

  return {
    async run(key, signal, work) {
      if (signal?.aborted) throw cancelled(signal);
      const flight = flights.get(key) ?? start(key, work);
      flight.passengers += 1;
      const { promise, reject } = Promise.withResolvers<never>();
      const abort = (): void => reject(cancelled(signal));
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return await Promise.race([flight.result, promise]);
      } finally {
        signal?.removeEventListener('abort', abort);
        flight.passengers -= 1;
        if (flight.passengers === 0) {
          if (flights.get(key) === flight) flights.delete(key); // who comes now begins anew
          flight.controller.abort();
        }
      }
    },
  };
}

function cancelled(signal: AbortSignal | undefined): SyncError {
  return new SyncError('ABORTED', 'The download was cancelled.', { retryable: true, cause: signal?.reason });
}
