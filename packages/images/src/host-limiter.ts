import { SyncError } from '@1688/core';
import type { HostEnding } from './host-ending.ts';
import { usualConcurrency } from './host-profile.ts';

/** Lets so many requests run at once for one host, and for all; how many a host bears is learned from how they end. */
export interface HostLimiter {
  /** Waits for a place: first come first served within a host, hosts in turn. The place is given back by disposing of it. */
  enter(host: string, signal?: AbortSignal): Promise<Place>;
}

export interface Place extends Disposable {
  /** Aborted when the place is wanted for others: what runs is very slow. Who comes again waits among the slow ones, and may then take its time. */
  readonly signal: AbortSignal;
  /** Tells of bytes that arrived. */
  received(sizeBytes: number): void;
  /** Tells how it ended; before the place is given back. */
  settle(ending: HostEnding): void;
}

export interface HostLimiterOptions {
  readonly total: number;
  /** Most at once for one host. */
  readonly most: (host: string) => number;
  readonly now?: () => number;
}

interface Held {
  readonly since: number;
  readonly controller: AbortController;
  bytes: number;
}

interface Host {
  readonly name: string;
  readonly waiting: (() => void)[];
  readonly held: Set<Held>;
  /** How many at once it bears, as far as is known. */
  limit: number;
  /** Good endings since the limit last changed. */
  streak: number;
  /** What began before knows nothing of the present limit. */
  halvedAt: number;
  slow: boolean;
}

/** Hosts that were too slow share so many places: the rest is for those that work. */
const slowPlaces = 8;
/** When others wait, who got less than this rate over more than this time is slow. */
const slowAfterMs = 2_000;
const slowBytesPerSecond = 4_096;
const lookEveryMs = 500;
/** Idle hosts that are remembered. */
const mostHosts = 1_000;

export function hostLimiter({ total, most, now = () => performance.now() }: HostLimiterOptions): HostLimiter {
  const hosts = new Map<string, Host>(); // in the order of their turns
  let running = 0;
  let slowRunning = 0;
  let timer: NodeJS.Timeout | null = null;

  function startNext(): void {
    for (;;) {
      const next = running < total ? nextHost() : undefined;
      if (!next) break;
      next.waiting.shift()?.();
      hosts.delete(next.name);
      hosts.set(next.name, next); // the others are first now
    }
    if (running === total && nextHost()) timer ??= setTimeout(look, lookEveryMs);
  }

  function nextHost(): Host | undefined {
    for (const host of hosts.values()) if (host.waiting.length > 0 && host.held.size < host.limit && (!host.slow || slowRunning < slowPlaces)) return host;
    return undefined;
  }

  /** Takes places from the slow while others wait for one. */
  function look(): void {
    timer = null;
    if (running < total || !nextHost()) return;
    const at = now();
    for (const host of hosts.values()) {
      const slow = host.slow ? [] : [...host.held].filter((held) => isSlow(held, at));
      if (slow.length === 0) continue;
      markSlow(host, true);
      for (const { controller } of slow) controller.abort();
    }
    timer ??= setTimeout(look, lookEveryMs);
  }

  function markSlow(host: Host, slow: boolean): void {
    if (host.slow === slow) return;
    host.slow = slow;
    slowRunning += slow ? host.held.size : -host.held.size;
  }

  function take(host: Host): Place {
    const held: Held = { since: now(), controller: new AbortController(), bytes: 0 };
    running += 1;
    if (host.slow) slowRunning += 1;
    host.held.add(held);
    return {
      signal: held.controller.signal,
      received: (sizeBytes) => { held.bytes += sizeBytes; },
      settle: (ending) => learn(host, held, ending),
      [Symbol.dispose]: () => leave(host, held),
    };
  }

  function leave(host: Host, held: Held): void {
    if (!host.held.delete(held)) return;
    running -= 1;
    if (host.slow) slowRunning -= 1;
    if (hosts.size > mostHosts) forgetIdle();
    startNext();
  }

  function learn(host: Host, held: Held, ending: HostEnding): void {
    if (ending === 'overloaded' && held.since >= host.halvedAt) {
      Object.assign(host, { limit: Math.max(1, Math.floor(host.limit / 2)), streak: 0, halvedAt: now() });
    }
    if (ending !== 'answered') return;
    if (!isSlow(held, now())) markSlow(host, false);
    host.streak += 1;
    if (host.streak < host.limit || host.limit >= most(host.name)) return;
    host.limit += 1;
    host.streak = 0;
  }

  function forgetIdle(): void {
    for (const { name, held, waiting } of hosts.values()) {
      if (held.size > 0 || waiting.length > 0) continue;
      hosts.delete(name);
      return;
    }
  }

  function known(name: string): Host {
    const host = hosts.get(name) ?? { name, waiting: [], held: new Set(), limit: Math.min(usualConcurrency, most(name)), streak: 0, halvedAt: Number.NEGATIVE_INFINITY, slow: false };
    hosts.set(name, host);
    return host;
  }

  return {
    async enter(name, signal) {
      const host = known(name);
      const { promise, resolve, reject } = Promise.withResolvers<Place>();
      const start = (): void => resolve(take(host));
      const abort = (): void => {
        const at = host.waiting.indexOf(start);
        if (at === -1) return; // has its place already; the work itself sees the signal
        host.waiting.splice(at, 1);
        reject(new SyncError('ABORTED', 'Waiting for a place to download was cancelled.', { retryable: true, cause: signal?.reason }));
      };
      host.waiting.push(start);
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      startNext();
      try {
        return await promise;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
  };
}

function isSlow({ since, bytes }: Held, at: number): boolean {
  const heldMs = at - since;
  return heldMs > slowAfterMs && bytes / (heldMs / 1000) < slowBytesPerSecond;
}
