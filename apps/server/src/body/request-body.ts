import type { IncomingMessage } from 'node:http';
import { SyncError } from '@1688/core';

/** Reads a small body whole. @throws REQUEST_TOO_LARGE, REQUEST_TIMEOUT */
export async function readWhole(request: IncomingMessage, { maxBytes, timeoutMs }: { readonly maxBytes: number; readonly timeoutMs: number }): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of pieces(request, { forMs: timeoutMs, restarts: false })) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The bytes of a body as they come; a sender who sends none for `stallMs` is given up. @throws REQUEST_TIMEOUT */
export function readSteadily(request: IncomingMessage, { stallMs }: { readonly stallMs: number }): AsyncGenerator<Uint8Array> {
  return pieces(request, { forMs: stallMs, restarts: true });
}

interface Patience {
  readonly forMs: number;
  /** True: for each piece anew, as long as it is waited for. */
  readonly restarts: boolean;
}

/** Leaves the connection open when it breaks off, so that the sender can be told why. */
async function* pieces(request: IncomingMessage, { forMs, restarts }: Patience): AsyncGenerator<Buffer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  late.catch(() => {}); // also when nobody waits any more
  const giveUp = (): void => { reject(tooSlow(forMs)); };
  let timer = setTimeout(giveUp, forMs);
  const iterator = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), late]);
      if (done) return;
      if (restarts) clearTimeout(timer); // what takes the bytes may be slow: that is not the sender's fault
      yield value;
      if (restarts) timer = setTimeout(giveUp, forMs);
    }
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
