import { validatorOf, type Part } from './fetch-part.ts';
import type { HostProfile } from './host-profile.ts';

const browser = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** What is known of a picture from an earlier fetch, as the origin told it. */
export interface KnownVersion {
  readonly etag?: string | null;
  readonly lastModified?: string | null;
}

export interface RequestHeadersOptions {
  readonly profile: Required<HostProfile>;
  /** False after a redirect to another origin: it gets no header that is meant for the first. */
  readonly isFirstOrigin: boolean;
  readonly known: KnownVersion | undefined;
  /** What is here already of this very body. */
  readonly part: Part | null;
}

export function requestHeaders({ profile, isFirstOrigin, known, part }: RequestHeadersOptions): Record<string, string> {
  const own = isFirstOrigin ? Object.entries(profile.headers).map(([name, value]) => [name.toLowerCase(), value]) : [];
  const condition = part ? { range: `bytes=${part.sizeBytes}-`, 'if-range': validatorOf(part) } : {
    ...(known?.etag ? { 'if-none-match': known.etag } : {}),
    ...(known?.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  };
  return {
    accept: profile.accept, 'user-agent': browser, ...(profile.referer === null ? {} : { referer: profile.referer }),
    ...Object.fromEntries(own), 'accept-encoding': 'identity', ...condition,
  };
}
