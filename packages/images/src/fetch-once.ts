import { SyncError } from '@1688/core';
import type { AddressGuard } from './address-guard.ts';
import { headerOf, type Answer } from './answer.ts';
import { deadline } from './deadline.ts';
import type { FetchAgent } from './fetch-agent.ts';
import { fetchError } from './fetch-error.ts';
import { isRestOf, isResumable, newPart, type Part } from './fetch-part.ts';
import type { HostProfile } from './host-profile.ts';
import { checkAddress, shownUrl } from './image-url.ts';
import { requestHeaders, type KnownVersion } from './request-headers.ts';
import { readBody, statusError } from './response.ts';

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

/** What one try needs from the fetcher it belongs to. */
export interface Wiring {
  readonly agent: FetchAgent;
  readonly guard: AddressGuard;
  readonly profileOf: (hostname: string) => Required<HostProfile>;
  readonly maxSizeBytes: number;
  readonly timeoutMs: number;
}

/** One picture over all of its tries. */
export interface Download {
  readonly url: URL;
  readonly known: KnownVersion | undefined;
  /** What a try that broke off has left, when the rest can be asked for. */
  part: Part | null;
  /** Whether a redirect led to another host: what that one does says nothing about the one that was asked. */
  hasLeftHost: boolean;
}

export interface TryOptions {
  readonly signals: readonly (AbortSignal | undefined)[];
  readonly onBytes: (sizeBytes: number) => void;
}

const maxRedirects = 3;

/** One try, from its first connection to its last byte. @returns null when what is known has not changed */
export async function fetchOnce(wiring: Wiring, download: Download, { signals, onBytes }: TryOptions): Promise<FetchedImage | null> {
  const { url } = download;
  using limit = deadline({ timeoutMs: wiring.timeoutMs, signals, what: `a download from ${url.host}` });
  const seen = new Set<string>();
  for (let at = url; ; ) {
    seen.add(at.href);
    download.hasLeftHost = at.hostname !== url.hostname;
    const answer = await ask(wiring, at, download, limit.signal);
    try {
      const next = redirectTarget(answer, at, wiring.guard);
      if (!next) return await readAnswer(answer, at, download, { maxSizeBytes: wiring.maxSizeBytes, onBytes });
      if (seen.has(next.href) || seen.size > maxRedirects) {
        throw new SyncError('REDIRECT_LIMIT', `Expected at most ${maxRedirects} redirects from ${shownUrl(url)} and no loop, received ${seen.has(next.href) ? 'a loop' : 'more'}.`);
      }
      at = next;
    } finally {
      answer.body.on('error', () => {}).destroy(); // what is not read is not wanted; the connection goes with it
    }
  }
}

async function ask({ agent, profileOf }: Wiring, url: URL, { url: first, known, part }: Download, signal: AbortSignal): Promise<Answer> {
  const headers = requestHeaders({ profile: profileOf(url.hostname), isFirstOrigin: url.origin === first.origin, known, part: part?.url === url.href ? part : null });
  try {
    return await agent.request({ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers, signal });
  } catch (error) {
    const named = fetchError(error, { url: shownUrl(url), inBody: false });
    if (url !== first && named.code === 'ADDRESS_BLOCKED') throw blockedRedirect(named);
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

interface ReadOptions {
  readonly maxSizeBytes: number;
  readonly onBytes: (sizeBytes: number) => void;
}

async function readAnswer(answer: Answer, url: URL, download: Download, options: ReadOptions): Promise<FetchedImage | null> {
  if (answer.statusCode === 304 && download.known && !download.part) return null;
  const part = partToFill(answer, url, download);
  try {
    const bytes = await readBody(answer, part, { ...options, url: shownUrl(url) });
    const { contentType, etag, lastModified } = part;
    return { finalUrl: url.href, bytes, contentType, etag, lastModified };
  } catch (error) {
    if (error instanceof SyncError && error.retryable && isResumable(part)) download.part = part;
    throw error;
  }
}

/** Where the body belongs: behind what is here already, or to a new one. */
function partToFill(answer: Answer, url: URL, download: Download): Part {
  const { part } = download;
  const isContinued = part !== null && part.url === url.href;
  download.part = null;
  if (answer.statusCode === 200) return newPart(answer, url);
  if (!isContinued || (answer.statusCode !== 206 && answer.statusCode !== 416)) throw statusError(answer, shownUrl(url));
  if (answer.statusCode === 206 && isRestOf(answer, part)) return part;
  throw new SyncError('FETCH_TRUNCATED', `Expected the rest of a picture from ${shownUrl(url)}, received another part; the next try begins anew.`, { retryable: true });
}
