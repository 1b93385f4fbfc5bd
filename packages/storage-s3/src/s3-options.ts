import { SyncError } from '@1688/core';
import { serviceOf } from './s3-service.ts';

/** What `s3Backend` takes. Only bucket and keys have no default. */
export interface S3BackendOptions {
  readonly bucket: string;
  /** Address of the service without the bucket, such as `https://s3.oss-cn-hangzhou.aliyuncs.com`. Default: that of AWS for the region. */
  readonly endpoint?: string;
  /** Default `us-east-1`, which services without regions take, too. */
  readonly region?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Comes along with temporary keys. */
  readonly sessionToken?: string;
  /** Where the bucket stands in an address: in the host, or first in the path. Default `auto`: in the host for the services that refuse the other. */
  readonly style?: S3Style;
  /** Keys begin below this folder of the bucket. Default: its root. */
  readonly prefix?: string;
  /**
   * Whether the service keeps `If-None-Match: *` on a put. One that ignores it would overwrite, so `auto` (default) trusts only AWS;
   * set true where `storageContract` passes with it.
   */
  readonly conditionalPut?: 'auto' | boolean;
  /** Bodies above this go in parts of this size, of which one is in memory. At least 5 MiB for most services. Default 16 MiB. */
  readonly partSizeBytes?: number;
  /** Longest wait for the service: to take or give the next bytes, or to answer. Default 30,000. */
  readonly timeoutMs?: number;
  /** Tries of one request in all, at least 1. Default 5. */
  readonly attempts?: number;
  /** Longest wait before the second try; it doubles with each further one. `Retry-After` is waited for up to 30 s. Default 100. */
  readonly delayMs?: number;
  /** True where anybody may read the bucket: the backend then has `publicUrl`. Default false. */
  readonly isPublic?: boolean;
}

export type S3Style = 'virtual' | 'path' | 'auto';

/** Builds the addresses of one bucket. */
export interface S3Address {
  readonly bucket: string;
  readonly region: string;
  /** Of the service, for messages. */
  readonly host: string;
  readonly isVirtual: boolean;
  /** The object under `key`, or the bucket itself for an empty key. */
  url(key: string, query?: Readonly<Record<string, string>>): URL;
}

/** @throws ARGUMENT_INVALID */
export function s3Address({ bucket, endpoint, region = 'us-east-1', style = 'auto' }: S3BackendOptions): S3Address {
  if (!/^[a-z0-9][a-z0-9._-]{1,62}$/i.test(bucket)) throw invalid('a bucket name of 2 to 63 letters, digits, dots and hyphens', bucket);
  if (!/^[a-z0-9-]{1,64}$/i.test(region)) throw invalid('a region such as "cn-hangzhou"', region);
  if (!['virtual', 'path', 'auto'].includes(style)) throw invalid('the style virtual, path or auto', style);
  const base = endpointUrl(endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);
  if (style === 'virtual' && !/^[a-z0-9.-]+$/.test(bucket)) throw invalid('a bucket name of lower-case letters, digits, dots and hyphens, to stand in a host', bucket);
  // A dot in the name would not fit the service's TLS certificate.
  const isVirtual = style === 'virtual' || (style === 'auto' && serviceOf(base.hostname).style === 'virtual' && /^[a-z0-9-]+$/.test(bucket));
  const root = `${base.protocol}//${isVirtual ? `${bucket}.` : ''}${base.host}${base.pathname.replace(/\/$/, '')}${isVirtual ? '' : `/${bucket}`}`;
  return {
    bucket, region, host: base.host, isVirtual,
    url: (key, query = {}) => new URL(`${root}/${encodePath(key)}${encodeQuery(query)}`),
  };
}

function endpointUrl(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === '') return url;
  throw invalid('an endpoint such as "https://s3.example.com" without keys or query', url ? `one with the scheme ${url.protocol}` : 'something else');
}

/** Each byte escaped but what SigV4 leaves: then the address says the same to every reader, and to the signature. */
export function escapeText(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function encodePath(key: string): string {
  return key.split('/').map(escapeText).join('/');
}

function encodeQuery(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${escapeText(name)}=${escapeText(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function invalid(expected: string, received: string): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected ${expected}, received ${JSON.stringify(received)}.`);
}
