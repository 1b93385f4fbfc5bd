import { SyncError } from '@1688/core';
import type { HostEnding } from './host-ending.ts';

/** Leaves hosts alone that fail again and again, or asked for it. */
export interface HostBreaker {
  /** @throws ORIGIN_SUSPENDED, with `details.retryAfterMs` */
  check(host: string): void;
  /** As `check`; after a suspension it lets one request through at a time until one is answered. Each call is followed by `settle`. */
  admit(host: string): void;
  /** @param retryAfterMs how long the host asked to wait, or null */
  settle(host: string, ending: HostEnding, retryAfterMs: number | null): void;
}

export interface HostBreakerOptions {
  /** Failures in a row that suspend a host. Default 5. */
  readonly failures?: number;
  /** How long a host is left alone. Default 60,000. */
  readonly suspendMs?: number;
  readonly now?: () => number;
}

interface Host {
  failures: number;
  /** Suspended until then, then on trial; null for a host in good order. */
  until: number | null;
  probing: boolean;
}

/** Hosts with failures that are remembered; beyond them the oldest are forgotten. */
const mostHosts = 10_000;
/** While another request tries whether the host is back. */
const probeWaitMs = 1_000;

export function hostBreaker({ failures = 5, suspendMs = 60_000, now = () => performance.now() }: HostBreakerOptions = {}): HostBreaker {
  const hosts = new Map<string, Host>();

  function check(name: string): void {
    const host = hosts.get(name);
    if (!host || host.until === null) return;
    const leftMs = Math.ceil(host.until - now());
    if (leftMs > 0) throw suspended(name, leftMs);
    if (host.probing) throw suspended(name, probeWaitMs);
  }

  function remembered(name: string): Host {
    const host = hosts.get(name) ?? { failures: 0, until: null, probing: false };
    hosts.set(name, host);
    const [oldest] = hosts.keys();
    if (hosts.size > mostHosts && oldest !== undefined) hosts.delete(oldest);
    return host;
  }

  return {
    check,
    admit(name) {
      check(name);
      const host = hosts.get(name);
      if (host && host.until !== null) host.probing = true;
    },
    settle(name, ending, retryAfterMs) {
      if (ending === 'answered') {
        hosts.delete(name);
        return;
      }
      const known = hosts.get(name);
      if (ending === 'unclear') {
        if (known) known.probing = false;
        return;
      }
      const host = known ?? remembered(name);
      host.probing = false;
      host.failures += 1;
      const waitMs = Math.max(retryAfterMs ?? 0, host.failures >= failures ? suspendMs : 0);
      if (waitMs > 0) host.until = Math.max(host.until ?? 0, now() + waitMs);
    },
  };
}

function suspended(host: string, retryAfterMs: number): SyncError {
  return new SyncError('ORIGIN_SUSPENDED', `Expected pictures from ${host}, which failed repeatedly or asked to wait; it is left alone for ${Math.ceil(retryAfterMs / 1000)} s.`, {
    retryable: true, details: { retryAfterMs }, hint: 'Other hosts go on; try this one again after that time.',
  });
}
