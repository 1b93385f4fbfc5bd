import { SyncError } from '@1688/core';
import type { FastifyRequest } from 'fastify';
import type { Streamed } from './route.ts';

export interface ServerEvent {
  /** What the client sends as Last-Event-ID to go on after it. */
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

const quietMs = 15_000;

/** Server-sent events; a comment every fifteen seconds keeps proxies from closing a quiet one. */
export function eventStream(events: AsyncIterable<ServerEvent>, signal: AbortSignal): Streamed {
  return { contentType: 'text/event-stream; charset=utf-8', chunks: written(events, signal), headers: { 'x-accel-buffering': 'no' } };
}

/** A whole number that an earlier event bore. @throws ARGUMENT_INVALID */
export function lastEventId({ headers }: FastifyRequest): string | null {
  const given = headers['last-event-id'];
  if (given === undefined || given === '') return null;
  if (typeof given === 'string' && /^\d{1,18}$/.test(given)) return given;
  throw new SyncError('ARGUMENT_INVALID', 'Expected Last-Event-ID to be the id of an event, received another text.', { details: { field: 'Last-Event-ID' } });
}

async function* written(events: AsyncIterable<ServerEvent>, signal: AbortSignal): AsyncGenerator<string> {
  yield 'retry: 2000\n\n';
  const iterator = events[Symbol.asyncIterator]();
  try {
    for (let next = iterator.next(); !signal.aborted;) {
      const result = await quietly(next, signal);
      if (result === 'quiet') {
        yield ': still here\n\n';
        continue;
      }
      if (result === 'gone' || result.done) return;
      const { id, event, data } = result.value;
      yield `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each))}\n\n`;
      next = iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}

async function quietly(next: Promise<IteratorResult<ServerEvent>>, signal: AbortSignal): Promise<IteratorResult<ServerEvent> | 'quiet' | 'gone'> {
  const waited = new AbortController();
  const { promise, resolve } = Promise.withResolvers<'quiet' | 'gone'>();
  const timer = setTimeout(() => { resolve('quiet'); }, quietMs);
  signal.addEventListener('abort', () => { resolve('gone'); }, { once: true, signal: waited.signal });
  try {
    return await Promise.race([next, promise]);
  } finally {
    clearTimeout(timer);
    waited.abort();
  }
}
