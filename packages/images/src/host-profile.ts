import { SyncError } from '@1688/core';

/** How pictures of one host are asked for. What is left out stays as it is for all. */
export interface HostProfile {
  /** The page that is named as showing the picture; null names none. */
  readonly referer?: string | null;
  /** Formats that are asked for. Default JPEG and PNG first, then WebP, GIF, anything. */
  readonly accept?: string;
  /** Further headers, such as `authorization`. They go to the origin that was asked for, never to another one it redirects to. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Most requests at once, 1 to 32. Default 4. Begins with 4 at most, grows with success, halves when the host is overloaded. */
  readonly concurrency?: number;
}

/** Profiles by host name; `*.shop.example` is for `shop.example` and all names below it. The exact name wins, then the longest. */
export type HostProfiles = Readonly<Record<string, HostProfile>>;

export const usualConcurrency = 4;
export const mostConcurrency = 32;

/** No AVIF: the origin then sends what was uploaded, in formats everybody decodes. */
const usual: Required<HostProfile> = {
  referer: null, accept: 'image/jpeg,image/png,image/webp;q=0.9,image/gif;q=0.8,image/*;q=0.5', headers: {}, concurrency: usualConcurrency,
};

/** Alibaba's picture servers refuse requests that name no page of theirs. */
const builtIn: HostProfiles = Object.fromEntries(['1688', 'alicdn', 'taobao', 'tmall'].map((name) => [`*.${name}.com`, { referer: 'https://www.1688.com/' }]));

/** Set by us alone: they decide where an answer begins and ends, or what it may be. */
const ownHeaders = /^(host|connection|content-length|transfer-encoding|accept-encoding|expect|upgrade|te|trailer|keep-alive|proxy-.*|range|if-.*)$/i;

/** @throws CONFIG_INVALID for a name, a header or a number that cannot be used */
export function hostProfiles(given: HostProfiles = {}): (hostname: string) => Required<HostProfile> {
  for (const [name, profile] of Object.entries(given)) checkProfile(name, profile);
  const lowered = Object.entries(given).map(([name, profile]) => [name.toLowerCase(), profile] as const);
  const ordered = [...Object.entries(builtIn), ...lowered.toSorted(([a], [b]) => rank(a) - rank(b))];
  return (hostname) => {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    const found = { ...usual };
    for (const [pattern, profile] of ordered) if (matches(pattern, name)) Object.assign(found, profile);
    return found;
  };
}

function rank(pattern: string): number {
  return pattern.startsWith('*.') ? pattern.length : Number.MAX_SAFE_INTEGER;
}

function matches(pattern: string, name: string): boolean {
  return pattern === name || (pattern.startsWith('*.') && (name === pattern.slice(2) || name.endsWith(pattern.slice(1))));
}

function checkProfile(name: string, { referer, accept, headers = {}, concurrency = usualConcurrency }: HostProfile): void {
  const bare = name.replace(/^\*\./, '');
  if (bare === '' || /[\s/*@?#]|:\d+$/.test(bare)) throw new SyncError('CONFIG_INVALID', `Expected a profile for a host name such as cbu01.alicdn.com or *.alicdn.com, received ${JSON.stringify(name)}.`);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > mostConcurrency) {
    throw new SyncError('CONFIG_INVALID', `Expected the concurrency of ${name} to be 1–${mostConcurrency}, received ${concurrency}.`);
  }
  for (const [header, value] of Object.entries({ ...headers, referer: referer ?? '', accept: accept ?? '' })) {
    if (!/^[A-Za-z0-9-]+$/.test(header) || ownHeaders.test(header)) throw new SyncError('CONFIG_INVALID', `Expected the profile of ${name} to set headers of its own, received ${JSON.stringify(header)}.`);
    // The value itself may be a secret.
    if (!/^[\t\x20-\x7e]*$/.test(value)) throw new SyncError('CONFIG_INVALID', `Expected the header ${header} of ${name} to be printable ASCII on one line, received something else.`);
  }
}
