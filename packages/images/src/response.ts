import { SyncError } from '@1688/core';
import { headerOf, type Answer } from './answer.ts';
import { fetchError } from './fetch-error.ts';
import type { Part } from './fetch-part.ts';
import { retryAfterMs } from './retry-after.ts';

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

export interface BodyOptions {
  /** For messages. */
  readonly url: string;
  readonly maxSizeBytes: number;
  readonly onBytes: (sizeBytes: number) => void;
}

/**
 * Adds the body to `part`, held to its limit while it arrives; what came before a failure stays there.
 * @throws FETCH_ENCODING, FETCH_TOO_LARGE, FETCH_TRUNCATED, FETCH_RESET, FETCH_TIMEOUT, IMAGE_EMPTY
 */
export async function readBody(answer: Answer, part: Part, { url, maxSizeBytes, onBytes }: BodyOptions): Promise<Uint8Array> {
  refuseEncoding(answer, url);
  const announced = part.totalBytes ?? 0;
  if (announced > maxSizeBytes) throw tooLarge(url, maxSizeBytes, announced);
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      if (part.sizeBytes + chunk.length > maxSizeBytes) throw tooLarge(url, maxSizeBytes, part.sizeBytes + chunk.length);
      part.chunks.push(chunk);
      part.sizeBytes += chunk.length;
      onBytes(chunk.length);
    }
  } catch (error) {
    throw fetchError(error, { url, inBody: true });
  }
  if (part.sizeBytes === 0) throw new SyncError('IMAGE_EMPTY', `Expected a picture from ${url}, received no bytes.`);
  return Buffer.concat(part.chunks);
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
