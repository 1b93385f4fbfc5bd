import type { Dispatcher } from 'undici';
import { SyncError } from '@1688/core';
import { fetchError } from './fetch-error.ts';
import { retryAfterMs } from './retry-after.ts';

export type Answer = Dispatcher.ResponseData;

/** The first value of a header, or undefined. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** What a status other than 200 means. */
export function statusError(answer: Answer, url: string): SyncError {
  const { statusCode } = answer;
  const message = `Expected a picture from ${url}, received status ${statusCode}.`;
  const waitMs = retryAfterMs(headerOf(answer, 'retry-after'));
  const details = { status: statusCode, ...(waitMs === null ? {} : { retryAfterMs: waitMs }) };
  if (statusCode === 404 || statusCode === 410) return new SyncError('FETCH_GONE', message, { details });
  if (statusCode === 401 || statusCode === 403) return new SyncError('FETCH_DENIED', message, { details, retryable: true, hint: 'The origin may let us in again later, or from another address.' });
  const retryable = statusCode >= 500 || statusCode === 429 || statusCode === 408 || statusCode === 425;
  return new SyncError('FETCH_STATUS', message, { details, retryable });
}

/**
 * The body, held to its limit while it arrives.
 * @throws FETCH_ENCODING, FETCH_TOO_LARGE, FETCH_TRUNCATED, FETCH_RESET, FETCH_TIMEOUT, IMAGE_EMPTY
 */
export async function pictureBytes(answer: Answer, { url, maxSizeBytes }: { readonly url: string; readonly maxSizeBytes: number }): Promise<Uint8Array> {
  refuseEncoding(answer, url);
  const announced = Number(headerOf(answer, 'content-length') ?? Number.NaN);
  if (announced > maxSizeBytes) throw tooLarge(url, maxSizeBytes, announced);
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      received += chunk.length;
      if (received > maxSizeBytes) throw tooLarge(url, maxSizeBytes, received);
      chunks.push(chunk);
    }
  } catch (error) {
    throw fetchError(error, { url, inBody: true });
  }
  if (received === 0) throw new SyncError('IMAGE_EMPTY', `Expected a picture from ${url}, received no bytes.`);
  return Buffer.concat(chunks);
}

/** We ask for none, and packed bytes are a way to hide a bomb. */
function refuseEncoding(answer: Answer, url: string): void {
  const encoding = [answer.headers['content-encoding'] ?? []].flat().join(', ').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    throw new SyncError('FETCH_ENCODING', `Expected plain bytes from ${url}, received the content encoding ${JSON.stringify(encoding.slice(0, 40))}.`);
  }
}

function tooLarge(url: string, maxSizeBytes: number, received: number): SyncError {
  return new SyncError('FETCH_TOO_LARGE', `Expected at most ${maxSizeBytes} bytes from ${url}, received ${received} or more.`, { hint: 'Raise MAX_FILE_SIZE if pictures of this size are wanted.' });
}
