import { createHash } from 'node:crypto';
import { isSyncError, SyncError, throwIfAborted } from '@1688/core';
import { checkKey, resolveRange, type GetOptions, type GetResult, type StoredObject } from '@1688/storage';
import type { Answer } from './http-exchange.ts';
import { factsOf, statedMd5, statedSha256 } from './object-facts.ts';
import type { S3Client } from './s3-client.ts';

/** A body that nobody begins to read gives its connection back after this time; read later, it is asked for again. */
const heldMs = 1_000;
/** For so long after the bucket was seen, a 404 without words means the object. */
const bucketKnownMs = 60_000;

/** The facts of an object, or null. A 404 counts only where the bucket is known to be there. */
export async function headObject(client: S3Client, key: string, signal: AbortSignal | undefined): Promise<StoredObject | null> {
  const what = `Reading ${JSON.stringify(key)}`;
  checkKey(key);
  throwIfAborted(signal, what);
  try {
    return await client.call({ method: 'HEAD', key, what, signal }, async (answer) => factsOf(answer, key));
  } catch (error) {
    const status = isSyncError(error) ? Number(error.details['status'] ?? 0) : 0;
    if (status < 400 || status >= 500) throw error;
    if (status === 404 && Date.now() - client.bucketSeenAt() < bucketKnownMs) return null;
  }
  return askAloud(client, key, signal);
}

/** A HEAD is answered without words: a GET of one byte has the code of what is wrong. */
async function askAloud(client: S3Client, key: string, signal: AbortSignal | undefined): Promise<StoredObject | null> {
  try {
    return await client.call({ method: 'GET', key, headers: { range: 'bytes=0-0' }, what: `Reading ${JSON.stringify(key)}`, signal }, async (answer) => factsOf(answer, key));
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return null;
    throw error;
  }
}

export async function getObject(client: S3Client, key: string, { range, signal }: GetOptions): Promise<GetResult> {
  const what = `Reading ${JSON.stringify(key)}`;
  checkKey(key);
  throwIfAborted(signal, what);
  if (range) resolveRange(range, Number.MAX_SAFE_INTEGER);
  const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end ?? ''}` } : {};
  const answer = await client.again(async () => client.once({ method: 'GET', key, headers, what, signal }), signal).catch((error: unknown) => { throw outside(error, key); });
  try {
    const object = factsOf(answer, key);
    const part = resolveRange(range, object.sizeBytes);
    checkPart(answer, part, object);
    return { object, body: readBody(client, { first: answer, object, ...part, what, signal }) };
  } catch (error) {
    answer.discard();
    throw error;
  }
}

function outside(error: unknown, key: string): unknown {
  if (!isSyncError(error) || error.details['status'] !== 416) return error;
  return new SyncError('ARGUMENT_INVALID', `Expected a range within ${JSON.stringify(key)}, received one outside.`, { cause: error });
}

/** @throws STORAGE_DRIVER when the service sent another part than asked for */
function checkPart({ status, headers }: Answer, { start, length }: { start: number; length: number }, { key, sizeBytes }: StoredObject): void {
  const whole = start === 0 && length === sizeBytes;
  const sent = status === 206 ? /^bytes (\d+)-(\d+)\//.exec(headers['content-range'] ?? '') : ['', '0', `${sizeBytes - 1}`];
  if ((status === 200 && whole) || (sent && Number(sent[1]) === start && Number(sent[2]) === start + length - 1)) return;
  throw new SyncError('STORAGE_DRIVER', `Expected the bytes ${start} to ${start + length - 1} of ${JSON.stringify(key)}, received ${headers['content-range'] ?? 'all'}.`);
}

interface Reading {
  readonly first: Answer;
  readonly object: StoredObject;
  readonly start: number;
  readonly length: number;
  readonly what: string;
  readonly signal: AbortSignal | undefined;
}

function readBody(client: S3Client, reading: Reading): AsyncGenerator<Uint8Array> {
  let held: Answer | null = reading.first;
  const timer = setTimeout(() => {
    held?.discard();
    held = null;
  }, heldMs).unref();
  return pieces(client, reading, () => {
    clearTimeout(timer);
    const answer = held;
    held = null;
    return answer;
  });
}

/** Goes on where a connection broke; ends only when every byte came and fits what the service states of the body. */
async function* pieces(client: S3Client, reading: Reading, takeHeld: () => Answer | null): AsyncGenerator<Uint8Array> {
  const { first, object, length, what, signal } = reading;
  const check = bodyCheck(first, length === object.sizeBytes ? object : null);
  let answer = takeHeld();
  let read = 0;
  for (let attempt = 1; read < length; attempt += 1) {
    try {
      throwIfAborted(signal, what);
      answer ??= await reopen(client, reading, read);
      for await (const chunk of answer.chunks()) {
        read += chunk.length;
        attempt = 0;
        if (read > length) throw new SyncError('STORAGE_DRIVER', `${what}: expected ${length} bytes, received more.`);
        check.update(chunk);
        yield chunk;
      }
      if (read < length) throw new SyncError('STORAGE_IO', `${what}: expected ${length} bytes, received ${read}.`, { retryable: true });
    } catch (error) {
      answer = null;
      if (read < length) await client.pause(error, Math.max(1, attempt), signal);
      else if (!isSyncError(error) || error.code !== 'STORAGE_IO') throw error; // only the end was not told
    }
  }
  answer?.discard();
  check.end(what);
}

async function reopen(client: S3Client, { object, start, length, what, signal }: Reading, read: number): Promise<Answer> {
  const part = { start: start + read, length: length - read };
  const headers = { range: `bytes=${part.start}-${start + length - 1}`, ...(object.etag === undefined ? {} : { 'if-match': `"${object.etag}"` }) };
  const answer = await client.once({ method: 'GET', key: object.key, headers, what, signal }).catch((error: unknown) => {
    throw isSyncError(error) && error.details['status'] === 412 ? replaced(object.key) : error;
  });
  const now = factsOf(answer, object.key);
  if (now.etag === object.etag && now.sizeBytes === object.sizeBytes) {
    checkPart(answer, part, object);
    return answer;
  }
  answer.discard();
  throw replaced(object.key);
}

/** Not retryable within the body; the caller may get it again. */
function replaced(key: string): SyncError {
  return new SyncError('STORAGE_IO', `Expected ${JSON.stringify(key)} to stay the same while it is read, but it was replaced.`, { hint: 'Get it again.' });
}

/** Compares a whole body with the SHA-256 we stored beside it, else with the MD5 that its ETag states. */
function bodyCheck({ headers }: Answer, object: StoredObject | null): { update(chunk: Uint8Array): void; end(what: string): void } {
  const sha256 = statedSha256(headers);
  const expected = sha256 ?? statedMd5(object?.etag ?? null, headers);
  if (object === null || expected === null) return { update() {}, end() {} };
  const hash = createHash(sha256 === null ? 'md5' : 'sha256');
  return {
    update: (chunk) => { hash.update(chunk); },
    end(what) {
      const received = hash.digest('hex');
      if (received !== expected) throw new SyncError('STORAGE_CORRUPT', `${what}: expected bytes with the hash ${expected}, received ${received}.`, { details: { key: object.key } });
    },
  };
}
