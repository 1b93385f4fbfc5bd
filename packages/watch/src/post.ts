import { lookup, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isSyncError, SyncError } from '@1688/core';
import type { SinkAnswer } from './sink-answer.ts';
import type { SinkRequest } from './sink-request.ts';

/** Decides which addresses may be connected to; `addressGuard()` of `@1688/images` is one. */
export interface SinkGuard {
  /** @throws ADDRESS_BLOCKED */
  check(address: string, port: number): void;
}

export interface PostOptions {
  readonly guard: SinkGuard;
  /** For the whole exchange. Default 10,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const mostAnswerBytes = 64 * 1_024;

/**
 * Sends a request to an address that the guard passes, and reads the answer. Redirects are not followed.
 * @throws ADDRESS_BLOCKED, SINK_UNREACHABLE; no message holds more of the address than its host
 */
export async function post({ url, headers, body }: SinkRequest, { guard, timeoutMs = 10_000, signal }: PostOptions): Promise<SinkAnswer> {
  const target = new URL(url);
  const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
  const literal = target.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal)) guard.check(literal, port);
  const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  const { promise, resolve, reject } = Promise.withResolvers<SinkAnswer>();
  const { request } = target.protocol === 'https:' ? https : http;
  const sent = request(target, { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, lookup: checkedLookup(guard, port), signal: deadline, agent: false }, (answer) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostAnswerBytes) chunks.push(chunk);
      else sent.destroy(new Error('the answer is too long'));
    });
    answer.on('error', reject);
    answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }); });
  });
  sent.on('error', reject);
  sent.end(body);
  try {
    return await promise;
  } catch (cause) {
    if (isSyncError(cause)) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    throw new SyncError('SINK_UNREACHABLE', `Expected an answer from ${target.host} within ${timeoutMs} ms, received ${code ?? 'none'}.`, { hint: 'It is tried again by itself; alerts wait.', retryable: true });
  }
}

/** Every address of the name is checked, and only checked ones are dialled. */
function checkedLookup(guard: SinkGuard, port: number): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '');
      try {
        for (const { address } of addresses) guard.check(address, port);
      } catch (refusal) {
        return callback(refusal as Error, '');
      }
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
}
