import { isIP } from 'node:net';
import { absoluteImageUrl, canonicalImageUrl, SyncError } from '@1688/core';
import { isMetadataName, type AddressGuard } from './address-guard.ts';

const maxUrlLength = 8_192;

/**
 * The address to fetch for what a source wrote; `//host/x` and `img/ibank/x` are read as on 1688.
 * @throws URL_INVALID, URL_SCHEME, URL_CREDENTIALS, URL_PORT; ADDRESS_BLOCKED for a literal address or a name that is never fetched
 */
export function checkedUrl(text: string, guard: AddressGuard): URL {
  if (text.length > maxUrlLength) throw new SyncError('URL_INVALID', `Expected an address of at most ${maxUrlLength} characters, received ${text.length}.`);
  if (/\p{Cc}/u.test(text.trim())) throw new SyncError('URL_INVALID', 'Expected an address without control characters, received one with some.');
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw new SyncError('URL_SCHEME', `Expected an address with http or https, received ${JSON.stringify(scheme.slice(0, 20))}.`);
  }
  const port = /^\s*(?:https?:)?\/\/[^/?#]*:(\d+)(?:[/?#]|\s*$)/i.exec(text)?.[1];
  if (Number(port) > 65_535) throw new SyncError('URL_PORT', `Expected port 80 or 443, received ${port?.slice(0, 20)}.`);
  const absolute = absoluteImageUrl(text);
  if (absolute === null) throw new SyncError('URL_INVALID', 'Expected the address of a picture, received text that is none.', { hint: 'Write it as https://host/path.' });
  const url = new URL(absolute);
  url.hash = ''; // never sent
  return checkAddress(url, guard);
}

/**
 * Where the picture that a source names may be found, best first: the original in full size, what was written, and on 1688's picture
 * host the usual folder where it was left out. A later one is for when the former is gone.
 */
export function addressesToTry(text: string): readonly string[] {
  const absolute = absoluteImageUrl(text);
  if (absolute === null) return [text];
  const canonical = canonicalImageUrl(absolute);
  const folder = canonical.replace(/^(https:\/\/cbu01\.alicdn\.com\/)(O1CN[^/]*)$/, '$1img/ibank/$2');
  return [...new Set([canonical, folder, absolute])];
}

/** The rules for an address that was parsed, also that of a redirect. @throws see `checkedUrl` */
export function checkAddress(url: URL, guard: AddressGuard): URL {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new SyncError('URL_SCHEME', `Expected an address with http or https, received ${JSON.stringify(url.protocol)}.`);
  if (url.username !== '' || url.password !== '') throw new SyncError('URL_CREDENTIALS', 'Expected an address without user name and password, received one with them.');
  const port = portOf(url);
  if (!guard.allowsPort(port)) throw new SyncError('URL_PORT', `Expected port 80 or 443, received ${port}.`, { hint: 'Another port is fetched after its exact CIDR and port were allowed.' });
  if (isMetadataName(url.hostname)) throw new SyncError('ADDRESS_BLOCKED', `Expected the name of a picture server, received ${url.hostname}.`);
  const literal = literalAddress(url.hostname);
  if (literal !== null) guard.check(literal, port);
  return url;
}

export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** The IP address that a host name of a URL is, also without its brackets, or null for a name. `URL` has already turned `127.1` and `0x7f.1` into the usual form. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? null : bare;
}

/** For messages: without query, which may hold a signature, and cut. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`.slice(0, 200);
}
