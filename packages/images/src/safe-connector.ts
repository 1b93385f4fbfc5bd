import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { SyncError } from '@1688/core';
import type { AddressGuard } from './address-guard.ts';
import { literalAddress } from './image-url.ts';
import type { ResolveName } from './name-resolver.ts';

export interface SafeConnectorOptions {
  readonly guard: AddressGuard;
  readonly resolve: ResolveName;
  /** For finding the address and connecting, TLS included. */
  readonly connectTimeoutMs: number;
}

type Connect = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/**
 * Connects for undici to addresses that the guard passed, and to no other: a name is resolved once a connection, refused when any
 * of its addresses is, and the very address that was checked is dialled. HTTP/1.1 only.
 */
export function safeConnector({ guard, resolve, connectTimeoutMs }: SafeConnectorOptions): buildConnector.connector {
  const base = buildConnector({ allowH2: false, timeout: connectTimeoutMs * 2 }) as Connect; // returns the socket, which its type leaves out
  return (options, callback) => {
    void answer(options, callback);
  };

  /** undici waits for a callback. */
  async function answer(options: buildConnector.Options, callback: buildConnector.Callback): Promise<void> {
    let socket: Socket;
    try {
      socket = await connect(options, AbortSignal.timeout(connectTimeoutMs));
    } catch (error) {
      return callback(error as Error, null);
    }
    callback(null, socket);
  }

  async function connect(options: buildConnector.Options, deadline: AbortSignal): Promise<Socket> {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    const literal = literalAddress(options.hostname);
    const addresses = literal === null ? await orTimeout(resolve(options.hostname, deadline), deadline, options.hostname) : [literal];
    if (addresses.length === 0) throw new SyncError('DNS_FAILED', `Expected an address for the name ${options.hostname}, received none.`, { retryable: true });
    for (const address of addresses) guard.check(address, port);
    return connectToFirst(options, addresses, deadline);
  }

  async function connectToFirst(options: buildConnector.Options, addresses: readonly string[], deadline: AbortSignal): Promise<Socket> {
    let failure: unknown;
    for (const address of addresses.slice(0, 4)) {
      try {
        return await dial(options, address, deadline);
      } catch (error) {
        failure = error;
        if (deadline.aborted) break;
      }
    }
    throw failure;
  }

  /** undici and Node look up nothing for a literal address; the name still goes into TLS and is checked there. */
  function dial(options: buildConnector.Options, address: string, deadline: AbortSignal): Promise<Socket> {
    const servername = literalAddress(options.hostname) === null ? options.hostname : undefined;
    const { promise, resolve: done, reject } = Promise.withResolvers<Socket>();
    const dialled = base({ ...options, hostname: address, ...(servername === undefined ? {} : { servername }) }, (error, socket) => {
      deadline.removeEventListener('abort', abort);
      if (error) reject(error);
      else if (isSameAddress(socket.remoteAddress, address)) done(socket);
      else {
        socket.destroy();
        reject(new SyncError('ADDRESS_BLOCKED', `Expected to be connected to ${address}, received a connection to ${socket.remoteAddress ?? 'nothing'}.`));
      }
    });
    const abort = (): void => {
      const error = timedOut(options.hostname);
      reject(error);
      dialled.destroy(error);
    };
    deadline.addEventListener('abort', abort, { once: true });
    return promise;
  }
}

function isSameAddress(connected: string | undefined, dialled: string): boolean {
  return connected !== undefined && ipaddr.process(connected).toNormalizedString() === ipaddr.process(dialled).toNormalizedString();
}

async function orTimeout<T>(work: Promise<T>, deadline: AbortSignal, hostname: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(timedOut(hostname));
  deadline.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    deadline.removeEventListener('abort', abort);
  }
}

function timedOut(hostname: string): SyncError {
  return new SyncError('FETCH_TIMEOUT', `Expected a connection to ${hostname} in time, received none.`, { retryable: true });
}
