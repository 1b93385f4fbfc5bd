import { isSyncError, SyncError } from '@1688/core';
import { addressGuard, type AllowedAddress } from './address-guard.ts';
import { absences } from './fetch-absence.ts';
import { fetchAgent, type FetchProxy } from './fetch-agent.ts';
import { fetchOnce, type Download, type FetchedImage, type Wiring } from './fetch-once.ts';
import { withPatience } from './fetch-patience.ts';
import { hostBreaker } from './host-breaker.ts';
import { endingOfBytes, endingOfError, type HostEnding } from './host-ending.ts';
import { hostLimiter } from './host-limiter.ts';
import { hostProfiles, mostConcurrency, type HostProfiles } from './host-profile.ts';
import { checkedUrl } from './image-url.ts';
import { resolveName, type ResolveName } from './name-resolver.ts';
import type { KnownVersion } from './request-headers.ts';
import { singleFlight } from './single-flight.ts';

export interface FetcherOptions {
  /** Longest body in bytes. Default 10,485,760. */
  readonly maxSizeBytes?: number;
  /** Addresses that are fetched although they are not public, or on other ports. Default none. */
  readonly allow?: readonly AllowedAddress[];
  /** How names become addresses. Default: the machine's name servers. */
  readonly resolve?: ResolveName;
  /** How pictures of certain hosts are asked for: `{ 'cbu01.alicdn.com': { referer: 'https://detail.1688.com/' } }`. */
  readonly hosts?: HostProfiles;
  /** Sends all through a proxy, which then decides alone what it connects to. Default none; those named in the environment are not used. */
  readonly proxy?: FetchProxy;
  /** For one try, from its first connection to its last byte. Default 30,000. */
  readonly timeoutMs?: number;
  /** For finding the address and connecting. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Between the request and the head of the answer, and between two pieces of the body. Default 10,000. */
  readonly idleTimeoutMs?: number;
  /** Tries in all for what fails on the way (connection, time-out, 5xx, 429). Default 3. */
  readonly attempts?: number;
  /** Longest wait before the second try; before the third it is four times as long. Default 500. */
  readonly retryDelayMs?: number;
  /** How long an address that had nothing (404, 410) is not asked again. Default 600,000; 0 asks each time. */
  readonly rememberGoneMs?: number;
}

export interface FetchOptions {
  readonly signal?: AbortSignal;
}

/** Fetches from public addresses only; holds connections for re-use until it is closed. */
export interface Fetcher extends AsyncDisposable {
  /** Who asks for one address at the same time as others shares one request, and the bytes. */
  fetch(url: string, options?: FetchOptions): Promise<FetchedImage>;
  /** Asks whether what is known has changed. @returns null when it has not */
  refetch(url: string, known: KnownVersion, options?: FetchOptions): Promise<FetchedImage | null>;
  close(): Promise<void>;
}

/** @throws CONFIG_INVALID, CONFIG_UNSAFE for what may not be allowed */
export function openFetcher(options: FetcherOptions = {}): Fetcher {
  const { maxSizeBytes = 10_485_760, allow = [], resolve = resolveName, timeoutMs = 30_000, connectTimeoutMs = 5_000, idleTimeoutMs = 10_000 } = options;
  const { attempts = 3, retryDelayMs = 500, rememberGoneMs = 600_000 } = options;
  const guard = addressGuard(allow);
  const profileOf = hostProfiles(options.hosts);
  const most = (hostname: string): number => profileOf(hostname).concurrency;
  const agent = fetchAgent({ guard, resolve, connectTimeoutMs, idleTimeoutMs, connections: most, proxy: options.proxy });
  const wiring: Wiring = { agent, guard, profileOf, maxSizeBytes, timeoutMs };
  const limiter = hostLimiter({ total: mostConcurrency, most });
  const breaker = hostBreaker();
  const gone = absences({ forMs: rememberGoneMs });
  const flights = singleFlight<FetchedImage>();

  async function run(url: URL, known: KnownVersion | undefined, signal: AbortSignal | undefined): Promise<FetchedImage | null> {
    const download: Download = { url, known, part: null, hasLeftHost: false };
    try {
      const fetched = await withPatience({ attempts, retryDelayMs, signal }, () => tryOnce(download, signal));
      gone.forget(url.href);
      return fetched;
    } catch (error) {
      const status = isSyncError(error) && error.code === 'FETCH_GONE' ? error.details['status'] : undefined;
      if (typeof status === 'number') gone.remember(url.href, status);
      throw error;
    }
  }

  /** A place comes first: its time begins with it, not with waiting for one. A try that made room for others does not count. */
  async function tryOnce(download: Download, signal: AbortSignal | undefined): Promise<FetchedImage | null> {
    const host = download.url.hostname.replace(/\.$/, '');
    for (;;) {
      breaker.check(host);
      using place = await limiter.enter(host, signal);
      breaker.admit(host);
      const settle = (ending: HostEnding, retryAfterMs: number | null): void => {
        place.settle(ending);
        breaker.settle(host, ending, retryAfterMs);
      };
      try {
        const fetched = await fetchOnce(wiring, download, { signals: [signal, place.signal], onBytes: place.received });
        settle(fetched ? endingOfBytes(fetched.bytes) : 'answered', null);
        return fetched;
      } catch (error) {
        const madeRoom = place.signal.aborted && !signal?.aborted;
        if (madeRoom || download.hasLeftHost || !isSyncError(error)) settle('unclear', null);
        else settle(endingOfError(error), retryAfterOf(error));
        if (!madeRoom) throw error;
      }
    }
  }

  async function whole(url: URL, signal: AbortSignal): Promise<FetchedImage> {
    const fetched = await run(url, undefined, signal);
    if (fetched) return fetched;
    throw new SyncError('FETCH_STATUS', 'Expected a picture, received "304 Not Modified" although nothing was said to be known.', { retryable: true });
  }

  const close = async (): Promise<void> => agent.destroy();
  return {
    async fetch(text, { signal } = {}) {
      const url = checkedUrl(text, guard);
      gone.check(url.href);
      return flights.run(url.href, signal, (shared) => whole(url, shared));
    },
    refetch: async (text, known, { signal } = {}) => run(checkedUrl(text, guard), known, signal),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function retryAfterOf({ details }: SyncError): number | null {
  const { retryAfterMs } = details;
  return typeof retryAfterMs === 'number' ? retryAfterMs : null;
}
