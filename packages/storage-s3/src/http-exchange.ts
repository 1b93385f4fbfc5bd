import { once } from 'node:events';
import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { throwIfAborted } from '@1688/core';
import { aborted, connectionError, tooSlow } from './exchange-error.ts';

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  /** What is done, for messages: `Reading "a/b"`. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

/** A response whose headers are there. Its body is read once, or discarded: until then it holds a connection. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** @throws ABORTED, STORAGE_TIMEOUT, STORAGE_IO: the last two are retryable */
  chunks(): AsyncGenerator<Uint8Array>;
  discard(): void;
}

export interface HttpClient {
  /** @throws ABORTED, STORAGE_TIMEOUT, STORAGE_IO */
  send(exchange: Exchange): Promise<Answer>;
  /** Ends the connections that are kept open for the next request. */
  close(): void;
}

const sliceBytes = 256 * 1024;

/** @param timeoutMs longest wait for the other side; the caller's own time does not count */
export function openHttp(timeoutMs: number): HttpClient {
  const kept = { keepAlive: true, maxFreeSockets: 32 };
  const agents = { http: new http.Agent(kept), https: new https.Agent(kept) };
  return {
    async send(exchange) {
      const { method, url, headers, body, what, signal } = exchange;
      throwIfAborted(signal, what);
      const sizeBytes = body.reduce((total, chunk) => total + chunk.length, 0);
      const given = { method, headers: { ...headers, ...(method === 'PUT' || method === 'POST' ? { 'content-length': sizeBytes } : {}) } };
      const outgoing = url.protocol === 'https:' ? https.request(url, { ...given, agent: agents.https }) : http.request(url, { ...given, agent: agents.http });
      const running = watch(outgoing, { timeoutMs, what, signal });
      try {
        const answered = once(outgoing, 'response');
        answered.catch(() => {}); // seen below; the request may fail while it is still written
        await write(outgoing, body, answered, running.touch);
        const [incoming] = await answered as [IncomingMessage];
        running.rest();
        return toAnswer(incoming, running);
      } catch (error) {
        outgoing.destroy();
        running.end();
        throw running.reason() ?? connectionError(error, what, url.host);
      }
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Ends a request when the caller gives up or the other side takes too long. */
interface Running {
  /** The clock starts anew. */
  touch(): void;
  /** The clock stands still. */
  rest(): void;
  end(): void;
  /** From now on this is destroyed in place of the request. */
  follow(incoming: IncomingMessage): void;
  /** Why it was ended, if it was. */
  reason(): Error | null;
  readonly outgoing: ClientRequest;
  readonly what: string;
}

function watch(outgoing: ClientRequest, { timeoutMs, what, signal }: { timeoutMs: number; what: string; signal: AbortSignal | undefined }): Running {
  let target: ClientRequest | IncomingMessage = outgoing;
  let reason: Error | null = null;
  let timer: NodeJS.Timeout | undefined;
  const stop = (why: Error): void => {
    reason ??= why;
    target.destroy(why);
  };
  const abort = (): void => stop(aborted(what, signal?.reason));
  const rest = (): void => clearTimeout(timer);
  const touch = (): void => {
    rest();
    timer = setTimeout(() => stop(tooSlow(what, timeoutMs)), timeoutMs);
  };
  signal?.addEventListener('abort', abort, { once: true });
  outgoing.on('error', () => {}); // whoever waits for the answer hears of it
  touch();
  return {
    touch, rest, outgoing, what,
    follow: (incoming) => { target = incoming; },
    reason: () => reason,
    end() {
      rest();
      signal?.removeEventListener('abort', abort);
    },
  };
}

/** A service may refuse before it has everything: then the rest is kept back. */
async function write(outgoing: ClientRequest, body: readonly Uint8Array[], answered: Promise<unknown>, touch: () => void): Promise<void> {
  const state = { isAnswered: false };
  const settled = answered.finally(() => { state.isAnswered = true; });
  settled.catch(() => {}); // seen by whoever waits for the answer
  for (const slice of slices(body)) {
    if (!outgoing.write(slice)) {
      const drained = new AbortController();
      await Promise.race([once(outgoing, 'drain', { signal: drained.signal }), settled]).finally(() => drained.abort());
      touch();
    }
    if (state.isAnswered) return;
  }
  outgoing.end();
}

function* slices(body: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const chunk of body) {
    for (let at = 0; at < chunk.length; at += sliceBytes) yield chunk.subarray(at, at + sliceBytes);
  }
}

function toAnswer(incoming: IncomingMessage, running: Running): Answer {
  running.follow(incoming);
  incoming.on('error', () => {}); // whoever reads hears of it; nobody may be reading any more
  const host = running.outgoing.host;
  const finish = (): void => {
    running.end();
    if (!incoming.readableEnded) incoming.destroy();
    if (!running.outgoing.writableFinished) running.outgoing.destroy(); // the connection is in the middle of a body
  };
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    discard: finish,
    async *chunks() {
      const iterator = incoming[Symbol.asyncIterator]() as AsyncIterableIterator<Uint8Array>;
      try {
        for (;;) {
          running.touch();
          const next = await iterator.next();
          running.rest();
          if (next.done) return;
          yield next.value;
        }
      } catch (error) {
        throw running.reason() ?? connectionError(error, running.what, host);
      } finally {
        finish();
      }
    },
  };
}
