import type { IncomingHttpHeaders } from 'node:http';
import { SyncError } from '@1688/core';
import type { StoredObject } from '@1688/storage';
import type { Answer } from './http-exchange.ts';

/** Where we keep the SHA-256 of the whole body, and the mark of the put that stored it. */
export const sha256Header = 'x-amz-meta-sha256';
export const putHeader = 'x-amz-meta-put';

/** The facts that the headers of a GET or HEAD tell of the whole object. */
export function factsOf({ status, headers }: Answer, key: string): StoredObject {
  const total = status === 206 ? /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] : headers['content-length'];
  const modifiedAt = new Date(headers['last-modified'] ?? '');
  const sizeBytes = Number(total);
  if (total === undefined || !Number.isSafeInteger(sizeBytes) || Number.isNaN(modifiedAt.getTime())) {
    throw new SyncError('STORAGE_DRIVER', `Expected size and time of ${JSON.stringify(key)} in the headers, received none.`, { hint: 'See whether the endpoint is that of an S3 service.' });
  }
  const etag = etagOf(headers);
  const contentType = headers['content-type'];
  return { key, sizeBytes, modifiedAt, ...(etag === null ? {} : { etag }), ...(contentType === undefined ? {} : { contentType }) };
}

export function etagOf(headers: IncomingHttpHeaders): string | null {
  return headers.etag === undefined ? null : withoutQuotes(headers.etag);
}

export function withoutQuotes(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}

/** The MD5 that an ETag states, or null: it is none for encrypted objects, objects made of parts, and services that count otherwise. */
export function statedMd5(etag: string | null, headers: IncomingHttpHeaders): string | null {
  if (etag === null || !/^[0-9a-f]{32}$/i.test(etag)) return null;
  const isOpaque = Object.entries(headers).some(([name, value]) => /^x-\w+-server-side-encryption/.test(name) && value !== 'AES256');
  return isOpaque ? null : etag.toLowerCase();
}

/** The SHA-256 of the body, where whoever stored it told. */
export function statedSha256(headers: IncomingHttpHeaders): string | null {
  const stated = headers[sha256Header];
  return typeof stated === 'string' && /^[0-9a-f]{64}$/.test(stated) ? stated : null;
}
