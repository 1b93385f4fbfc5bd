import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface LoadGuardOptions {
  /** Requests that are worked on at once. */
  readonly mostInFlight: number;
  /** Streams that are open at once: exports, uploads, events. */
  readonly mostStreams: number;
  /** Small bodies that are read at once: those who send slowly must not take the places of others. */
  readonly mostBodies: number;
  /** Average delay of the event loop, in milliseconds over a quarter second, from which nothing new is taken. */
  readonly mostDelayMs: number;
}

export type Work = 'request' | 'stream' | 'body';
export type Refusal = Work | 'event loop';

/** Takes as much work as can be done in time, and says no to the rest at once: a late answer helps nobody. */
export interface LoadGuard extends Disposable {
  /** @returns why not, or a function to be called when the request has ended */
  enter(kind: Work): Refusal | (() => void);
  readonly inFlight: number;
  readonly streams: number;
  /** Of the last quarter second. */
  readonly delayMs: number;
}

const resolutionMs = 10;

export function loadGuard({ mostInFlight, mostStreams, mostBodies, mostDelayMs }: LoadGuardOptions): LoadGuard {
  const open: Record<Work, number> = { request: 0, stream: 0, body: 0 };
  const most: Record<Work, number> = { request: mostInFlight, stream: mostStreams, body: mostBodies };
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let delayMs = 0;
  const timer = setInterval(() => {
    delayMs = Number.isNaN(histogram.mean) ? 0 : Math.max(0, histogram.mean / 1e6 - resolutionMs);
    histogram.reset();
  }, 250).unref();
  return {
    enter(kind) {
      if (delayMs > mostDelayMs) return 'event loop';
      if (open[kind] >= most[kind]) return kind;
      open[kind] += 1;
      let left = false;
      return () => {
        if (!left) open[kind] -= 1;
        left = true;
      };
    },
    get inFlight() { return open.request; },
    get streams() { return open.stream; },
    get delayMs() { return delayMs; },
    [Symbol.dispose]() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
