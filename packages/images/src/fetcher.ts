import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { SyncError, throwIfAborted } from '@1688/core';
import { addressGuard, type AddressGuard, type AllowedAddress } from './address-guard.ts';
import { deadline } from './deadline.ts';
import { fetchError } from './fetch-error.ts';
import { hostLimiter } from './host-limiter.ts';
import { checkAddress, checkedUrl, shownUrl } from './image-url.ts';
import { resolveName, type ResolveName } from './name-resolver.ts';
import { requestHeaders, type KnownVersion } from './request-headers.ts';
import { headerOf, pictureBytes, statusError, type Answer } from './response.ts';
import { safeConnector } from './safe-connector.ts';

export interface FetcherOptions {
  /** Longest body in bytes. Default 10,485,760. */
  readonly maxSizeBytes?: number;
  /** Addresses that are fetched although they are not public, or on other ports. Default none. */
  readonly allow?: readonly AllowedAddress[];
  /** How names become addresses. Default: the machine's name servers. */
  readonly resolve?: ResolveName;
  /** For one try, from its first connection to its last byte. Default 30,000. */
  readonly timeoutMs?: number;
  /** For finding the address and connecting. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Between the request and the head of the answer, and between two pieces of the body. Default 10,000. */
  readonly idleTimeoutMs?: number;
  /** Tries in all for what fails on the way (connection, time-out, 5xx, 429). Default 3. */
  readonly attempts?: number;
}

/** Bytes of a body as received, and what the origin told about them. Nothing says yet that they are a picture. */
export interface FetchedImage {
  /** Where the bytes came from, after redirects. */
  readonly finalUrl: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
  readonly etag: string | null;
  /** As in the header `Last-Modified`. */
  readonly lastModified: string | null;
}

export interface FetchOptions {
  readonly signal?: AbortSignal;
}

/** Fetches from public addresses only; holds connections for re-use until it is closed. */
export interface Fetcher extends AsyncDisposable {
  fetch(url: string, options?: FetchOptions): Promise<FetchedImage>;
  /** Asks whether what is known has changed. @returns null when it has not */
  refetch(url: string, known: KnownVersion, options?: FetchOptions): Promise<FetchedImage | null>;
  close(): Promise<void>;
}

const maxRedirects = 3;
/** Longest time that all tries for one picture and the waits between them may take. */
const patienceMs = 90_000;
const firstWaitMs = 500;
/** What another try within the same call may mend; `retryable` errors beyond these are for later. */
const worthAnotherTry: ReadonlySet<string> = new Set(['DNS_FAILED', 'FETCH_CONNECT', 'FETCH_RESET', 'FETCH_STATUS', 'FETCH_TIMEOUT', 'FETCH_TRUNCATED']);

interface Request {
  readonly url: URL;
  readonly known: KnownVersion | undefined;
  readonly signal: AbortSignal | undefined;
}

interface Wiring {
  readonly agent: Agent;
  readonly guard: AddressGuard;
  readonly limits: Required<Pick<FetcherOptions, 'maxSizeBytes' | 'timeoutMs' | 'attempts'>>;
}

/** @throws CONFIG_INVALID, CONFIG_UNSAFE for what may not be allowed */
export function openFetcher(options: FetcherOptions = {}): Fetcher {
  const { maxSizeBytes = 10_485_760, allow = [], resolve = resolveName, timeoutMs = 30_000, connectTimeoutMs = 5_000, idleTimeoutMs = 10_000, attempts = 3 } = options;
  const guard = addressGuard(allow);
  // An agent of our own: proxies named in the environment are not used, for they would resolve names unchecked.
  const agent = new Agent({
    connect: safeConnector({ guard, resolve, connectTimeoutMs }), allowH2: false, connections: 4, pipelining: 1,
    headersTimeout: idleTimeoutMs, bodyTimeout: idleTimeoutMs, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 10_000,
  });
  const wiring: Wiring = { agent, guard, limits: { maxSizeBytes, timeoutMs, attempts } };
  const limiter = hostLimiter({ perHost: 4, total: 32 });

  async function run(text: string, known: KnownVersion | undefined, signal: AbortSignal | undefined): Promise<FetchedImage | null> {
    const request = { url: checkedUrl(text, guard), known, signal };
    return withPatience(request, attempts, async () => {
      const place = await limiter.enter(request.url.hostname, signal);
      try {
        return await fetchOnce(wiring, request); // its time begins with its place, not with waiting for one
      } finally {
        place[Symbol.dispose]();
      }
    });
  }

  const close = (): Promise<void> => agent.destroy();
  return {
    async fetch(url, { signal } = {}) {
      const fetched = await run(url, undefined, signal);
      if (fetched) return fetched;
      throw new SyncError('FETCH_STATUS', 'Expected a picture, received "304 Not Modified" although nothing was said to be known.', { retryable: true });
    },
    refetch: (url, known, { signal } = {}) => run(url, known, signal),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function withPatience<T>({ signal }: Request, attempts: number, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal, 'Downloading a picture');
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SyncError) || !error.retryable || !worthAnotherTry.has(error.code) || attempt >= attempts) throw error;
      const asked = error.details['retryAfterMs'];
      const waitMs = typeof asked === 'number' ? asked : Math.random() * firstWaitMs * 4 ** (attempt - 1);
      if (Date.now() - startedAt + waitMs > patienceMs) throw error;
      await pause(waitMs, signal);
    }
  }
}

async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(waitMs, undefined, signal ? { signal } : {});
  } catch {
    throwIfAborted(signal, 'Waiting for another try');
  }
}

async function fetchOnce(wiring: Wiring, { url, known, signal }: Request): Promise<FetchedImage | null> {
  using limit = deadline(wiring.limits.timeoutMs, signal, `a download from ${url.host}`);
  const seen = new Set<string>();
  for (let at = url; ; ) {
    seen.add(at.href);
    const answer = await ask(wiring, at, known, { signal: limit.signal, redirected: at !== url });
    try {
      const next = redirectTarget(answer, at, wiring.guard);
      if (!next) return await readAnswer(answer, at, known, wiring.limits.maxSizeBytes);
      if (seen.has(next.href) || seen.size > maxRedirects) {
        throw new SyncError('REDIRECT_LIMIT', `Expected at most ${maxRedirects} redirects from ${shownUrl(url)} and no loop, received ${seen.has(next.href) ? 'a loop' : 'more'}.`);
      }
      at = next;
    } finally {
      answer.body.on('error', () => {}).destroy(); // what is not read is not wanted; the connection goes with it
    }
  }
}

async function ask({ agent }: Wiring, url: URL, known: KnownVersion | undefined, { signal, redirected }: { signal: AbortSignal; redirected: boolean }): Promise<Answer> {
  try {
    return await agent.request({ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers: requestHeaders(url, known), signal });
  } catch (error) {
    const named = fetchError(error, { url: shownUrl(url), inBody: false });
    if (redirected && named.code === 'ADDRESS_BLOCKED') throw blockedRedirect(named);
    throw named;
  }
}

/** Followed by hand, so that every hop obeys the rules of the first address. @returns null when the answer is no redirect */
function redirectTarget(answer: Answer, from: URL, guard: AddressGuard): URL | null {
  const location = headerOf(answer, 'location');
  if (![301, 302, 303, 307, 308].includes(answer.statusCode) || location === undefined) return null;
  if (location.length > 8_192 || !URL.canParse(location, from.href)) throw new SyncError('REDIRECT_BLOCKED', `Expected a redirect from ${shownUrl(from)} to an address, received text that is none.`);
  const target = new URL(location, from);
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw new SyncError('REDIRECT_BLOCKED', `Expected a redirect from ${shownUrl(from)} to stay on https, received one to http.`);
  }
  target.hash = '';
  try {
    return checkAddress(target, guard);
  } catch (error) {
    throw error instanceof SyncError ? blockedRedirect(error) : error;
  }
}

function blockedRedirect(cause: SyncError): SyncError {
  return new SyncError('REDIRECT_BLOCKED', `A redirect was refused: ${cause.message}`, { cause, ...(cause.hint === undefined ? {} : { hint: cause.hint }) });
}

async function readAnswer(answer: Answer, url: URL, known: KnownVersion | undefined, maxSizeBytes: number): Promise<FetchedImage | null> {
  if (answer.statusCode === 304 && known) return null;
  if (answer.statusCode !== 200) throw statusError(answer, shownUrl(url));
  const bytes = await pictureBytes(answer, { url: shownUrl(url), maxSizeBytes });
  return {
    finalUrl: url.href, bytes, contentType: headerOf(answer, 'content-type') ?? null,
    etag: headerOf(answer, 'etag') ?? null, lastModified: headerOf(answer, 'last-modified') ?? null,
  };
}
