import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from './certificate.ts';

export interface Http2Server extends AsyncDisposable {
  readonly port: number;
  /** Sessions that were begun over HTTP/2. */
  sessions(): number;
}

/** Over HTTP/2 it sends GOAWAY at once; who asks for HTTP/1.1 gets `body`. */
export async function http2Server(keys: KeyPair, body: string): Promise<Http2Server> {
  let sessions = 0;
  const server = createSecureServer({ ...keys, allowHTTP1: true });
  server.on('session', (session) => {
    sessions += 1;
    session.on('error', () => {}).goaway(0xb);
  });
  server.on('request', (request, response) => {
    if (request.httpVersionMajor === 1) response.end(body);
    else response.stream.close(0xb);
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    port: (server.address() as AddressInfo).port,
    sessions: () => sessions,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => { server.close(() => resolve()); }),
  };
}
