import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSyncError, SyncError } from '@1688/core';
import { aborted } from './exchange-error.ts';
import { openHttp, type Answer } from './http-exchange.ts';
import { readFailure, toSyncError } from './s3-error.ts';
import { s3Address, type S3Address, type S3BackendOptions } from './s3-options.ts';
import { openSigner, type Signer } from './signer.ts';
import { parseXml, type XmlElement } from './xml.ts';

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: readonly Uint8Array[];
  /** Hexadecimal, where it is known already. */
  readonly bodySha256?: string;
  /** What is done, for messages. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

/** Signed requests of one bucket, tried again where that may help. */
export interface S3Client {
  readonly address: S3Address;
  readonly signer: Signer;
  /**
   * Sends, and hands an answer of success to `read`, which consumes it; when either fails with a `retryable` error, both are done anew.
   * @throws what `toSyncError` makes of an answer without success
   */
  call<T>(request: S3Request, read: (answer: Answer) => Promise<T>): Promise<T>;
  /** Like `call`, once: for whoever has a better way to go on. */
  once(request: S3Request): Promise<Answer>;
  /** Tries `work` again while that may help. */
  again<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Waits before try number `attempt` + 1, or throws `error` when that would not help. */
  pause(error: unknown, attempt: number, signal: AbortSignal | undefined): Promise<void>;
  /** When the bucket was last seen to exist, or 0. */
  bucketSeenAt(): number;
  close(): void;
}

const longestWaitMs = 30_000;
/** Each costs the whole `timeoutMs`: one more try covers a connection that died unseen. */
const triesAfterTimeout = 2;

/** @throws ARGUMENT_INVALID */
export function openS3Client(options: S3BackendOptions): S3Client {
  const { attempts = 5, delayMs = 100, timeoutMs = 30_000 } = options;
  checkNumber('attempts', attempts, 1);
  checkNumber('delayMs', delayMs, 0);
  checkNumber('timeoutMs', timeoutMs, 1);
  const address = s3Address(options);
  const signer = openSigner(options, address.region);
  const http = openHttp(timeoutMs);
  let seenAt = 0;

  async function once(request: S3Request): Promise<Answer> {
    const { method, key, query, headers = {}, body = [], bodySha256 = sha256Of(body), what, signal } = request;
    const url = address.url(key, query);
    const signed = await signer.headers(method, url, headers, bodySha256);
    const answer = await http.send({ method, url, headers: signed, body, what, signal });
    if (answer.status >= 200 && answer.status < 300) {
      seenAt = Date.now();
      return answer;
    }
    throw toSyncError(await readFailure(answer), what);
  }
  async function pause(error: unknown, attempt: number, signal: AbortSignal | undefined): Promise<void> {
    const limit = isSyncError(error) && error.code === 'STORAGE_TIMEOUT' ? Math.min(attempts, triesAfterTimeout) : attempts;
    if (attempt >= limit || !isSyncError(error) || !error.retryable || error.code === 'ABORTED') throw error;
    const asked = Number(error.details['retryAfterMs'] ?? 0);
    const waitMs = Math.min(longestWaitMs, Math.max(asked, Math.random() * delayMs * 2 ** (attempt - 1)));
    try {
      await sleep(waitMs, undefined, signal ? { signal } : {});
    } catch (cause) {
      throw aborted('Waiting for another try', cause);
    }
  }
  async function again<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        await pause(error, attempt, signal);
      }
    }
  }
  return {
    address, signer, once, again, pause,
    call: (request, read) => again(async () => {
      const answer = await once(request);
      try {
        return await read(answer);
      } finally {
        answer.discard();
      }
    }, request.signal),
    bucketSeenAt: () => seenAt,
    close: () => http.close(),
  };
}

/**
 * The document that an answer carries.
 * @throws STORAGE_IO (retryable) when it was cut, and what an error in a body of status 200 means
 */
export async function readXml(answer: Answer, what: string): Promise<XmlElement> {
  const limitBytes = 32 * 1024 * 1024;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.chunks()) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new SyncError('STORAGE_IO', `${what}: expected an XML document of at most ${limitBytes} bytes, received more.`);
    chunks.push(chunk);
  }
  const root = parseXml(Buffer.concat(chunks).toString('utf8').trim());
  if (root.name !== 'Error') return root;
  const code = root.children.find(({ name }) => name === 'Code')?.text ?? null;
  throw toSyncError({ status: answer.status, code, requestId: null, retryAfterMs: null, skewSeconds: null, region: null }, what);
}

/** Reads an answer without content, so that its connection serves again. */
export async function drain(answer: Answer): Promise<void> {
  for await (const _ of answer.chunks());
}

export function sha256Of(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

export function checkNumber(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw new SyncError('ARGUMENT_INVALID', `Expected ${name} to be a whole number of at least ${least}, received ${value}.`);
}
