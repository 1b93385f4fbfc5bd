import type { IncomingMessage } from 'node:http';
import { SyncError } from '@1688/core';

/** Reads a small body whole. @throws REQUEST_TOO_LARGE, REQUEST_TIMEOUT */
export async function readWhole(request: IncomingMessage, { maxBytes, timeoutMs }: { readonly maxBytes: number; readonly timeoutMs: number }): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    request.destroy();
  }, timeoutMs);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw late ? tooSlow(timeoutMs) : error;
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

/** The bytes of a body as they come; a sender who sends none for `stallMs` is given up. @throws REQUEST_TIMEOUT */
export async function* readSteadily(request: IncomingMessage, { stallMs }: { readonly stallMs: number }): AsyncGenerator<Uint8Array> {
  let late = false;
  const giveUp = (): void => {
    late = true;
    request.destroy();
  };
  let timer = setTimeout(giveUp, stallMs);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      yield chunk; // what takes the bytes may be slow: that is not the sender's
      timer = setTimeout(giveUp, stallMs);
    }
  } catch (error) {
    throw late ? tooSlow(stallMs) : error;
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(maxBytes: number): SyncError {
  return new SyncError('REQUEST_TOO_LARGE', `Expected a body of at most ${maxBytes} bytes, received more.`, { hint: 'Send files to /api/v1/uploads.' });
}

function tooSlow(ms: number): SyncError {
  return new SyncError('REQUEST_TIMEOUT', `Expected the body within ${ms / 1_000} seconds, received a part of it.`, { retryable: true });
}
