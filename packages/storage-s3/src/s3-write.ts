import { createHash, randomUUID } from 'node:crypto';
import { isSyncError, SyncError } from '@1688/core';
import type { PutOptions, StoredObject } from '@1688/storage';
import type { Answer } from './http-exchange.ts';
import { etagOf, putHeader, sha256Header, statedMd5 } from './object-facts.ts';
import { drain, sha256Of, type S3Client } from './s3-client.ts';
import { getObject, headObject } from './s3-read.ts';

/** A body that is whole in memory. */
export interface WholeBody {
  readonly chunks: readonly Uint8Array[];
  readonly sizeBytes: number;
}

/** One put: what it stores, and the mark by which it knows its own object again. */
export interface Putting {
  readonly key: string;
  readonly id: string;
  readonly what: string;
  readonly options: PutOptions;
  /** Of the object: content type, checksum if it is known beforehand, mark. */
  readonly headers: Readonly<Record<string, string>>;
  readonly condition: Readonly<Record<string, string>>;
}

export function toPutting(key: string, options: PutOptions): Putting {
  const { contentType, ifAbsent, sha256 } = options;
  if (contentType !== undefined && !/^[\x20-\x7e]{1,200}$/.test(contentType)) throw new SyncError('ARGUMENT_INVALID', `Expected a content type such as "image/jpeg", received ${JSON.stringify(contentType.slice(0, 80))}.`);
  const id = randomUUID();
  return {
    key, id, options,
    what: `Storing ${JSON.stringify(key)}`,
    headers: { [putHeader]: id, ...(sha256 === undefined ? {} : { [sha256Header]: sha256 }), ...(contentType === undefined ? {} : { 'content-type': contentType }) },
    condition: ifAbsent ? { 'if-none-match': '*' } : {},
  };
}

/** Stores a body in one request. It may be sent again: the same bytes under the same key. */
export async function putWhole(client: S3Client, putting: Putting, body: WholeBody): Promise<StoredObject> {
  const { key, what, options: { signal } } = putting;
  const sha256 = sha256Of(body.chunks);
  const md5 = md5Of(body.chunks);
  const headers = { ...putting.headers, ...putting.condition, [sha256Header]: sha256, 'content-md5': md5.toString('base64') };
  try {
    return await client.call({ method: 'PUT', key, headers, body: body.chunks, bodySha256: sha256, what, signal }, async (answer) => {
      await drain(answer);
      if (statedMd5(etagOf(answer.headers), answer.headers) === md5.toString('hex')) return toStored(answer, putting, body.sizeBytes);
      return checkStored(client, putting, { sizeBytes: body.sizeBytes, sha256 });
    });
  } catch (error) {
    if (isConflict(error) && (await isOwn(client, putting))) return checkStored(client, putting, { sizeBytes: body.sizeBytes, sha256 });
    throw error;
  }
}

function toStored({ headers }: Answer, { key, options: { contentType } }: Putting, sizeBytes: number): StoredObject {
  const told = Date.parse(headers.date ?? '');
  const etag = etagOf(headers);
  return {
    key, sizeBytes, modifiedAt: new Date(Number.isNaN(told) ? Date.now() : told),
    ...(etag === null ? {} : { etag }), ...(contentType === undefined ? {} : { contentType }),
  };
}

export function isConflict(error: unknown): boolean {
  return isSyncError(error) && (error.details['status'] === 412 || error.details['s3Code'] === 'PreconditionFailed');
}

/** Whether the object under the key is the one of this put: an earlier try may have stored it although its answer was lost. */
export async function isOwn(client: S3Client, putting: Putting): Promise<boolean> {
  return (await findMark(client, putting)) === putting.id;
}

/** The mark of the put that stored what lies under the key, or null where there is none. */
async function findMark(client: S3Client, { key, what, options: { signal } }: Putting): Promise<string | null> {
  return client.call({ method: 'HEAD', key, what, signal }, async ({ headers }) => {
    const mark = headers[putHeader];
    return typeof mark === 'string' ? mark : null;
  }).catch((error: unknown) => {
    if (isSyncError(error) && error.details['status'] === 404) return null; // deleted meanwhile: whoever was there was first
    throw error;
  });
}

/**
 * Reads back what a put stored whose ETag is not the MD5 of its body: the service counts otherwise, or has other bytes.
 * @throws STORAGE_CORRUPT (retryable); what another writer stored meanwhile is not ours to judge
 */
export async function checkStored(client: S3Client, putting: Putting, expected: { readonly sizeBytes: number; readonly sha256: string }): Promise<StoredObject> {
  const { key, id, what, options: { signal } } = putting;
  const object = await headObject(client, key, signal);
  if (!object) throw new SyncError('STORAGE_IO', `${what}: expected the service to keep it, but it is not there.`, { retryable: true });
  const received = await readBack(client, key, signal);
  if (received.sizeBytes === expected.sizeBytes && received.sha256 === expected.sha256) return object;
  const mark = await findMark(client, putting);
  if (mark !== null && mark !== id) return object;
  throw new SyncError('STORAGE_CORRUPT', `${what}: expected the service to keep ${expected.sizeBytes} bytes with the SHA-256 ${expected.sha256}, it gave back ${received.sizeBytes} with ${received.sha256}.`, {
    retryable: true, details: { key, stored: true },
  });
}

async function readBack(client: S3Client, key: string, signal: AbortSignal | undefined): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const { body } = await getObject(client, key, signal ? { signal } : {});
  try {
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      hash.update(chunk);
    }
  } catch (error) {
    if (!isSyncError(error) || error.code !== 'STORAGE_CORRUPT') throw error; // every byte came: the hashes tell the rest
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

/** Bytes that nobody meant would be taken for the object: what we stored goes, if it is still ours. */
export async function removeDamaged(client: S3Client, putting: Putting, error: unknown): Promise<void> {
  if (!isSyncError(error) || error.details['stored'] !== true) return;
  const { key, what } = putting;
  const signal = AbortSignal.timeout(cleaningMs);
  const alone = { ...putting, options: { signal } };
  if (await isOwn(client, alone).catch(() => false)) await client.once({ method: 'DELETE', key, what, signal }).then(drain).catch(() => {}); // what failed is thrown already
}

/** Longest time that is spent on cleaning up after a failure. */
export const cleaningMs = 10_000;

export function md5Of(chunks: readonly Uint8Array[]): Buffer {
  const hash = createHash('md5');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest();
}
