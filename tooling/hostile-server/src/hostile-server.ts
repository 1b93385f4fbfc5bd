import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Behaviour } from './behaviour.ts';

export interface HostileServerOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Default: one that is free. */
  readonly port?: number;
  /** Certificate, key and whatever else `node:tls` takes; without it the server speaks plain HTTP. */
  readonly tls?: TlsOptions;
  /** Written to every connection at once, before anything was asked. */
  readonly greeting?: string;
}

export interface HostileServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** Connections accepted so far. */
  accepted(): number;
  /** Sockets open now. */
  open(): number;
  requests(path?: string): number;
  /** Heads of all requests so far, oldest first. */
  heads(): readonly string[];
}

/** A server on loopback that speaks bytes, not HTTP: behaviours by path may break any rule. */
export async function hostileServer(behaviours: Readonly<Record<string, Behaviour>>, { host = '127.0.0.1', port: wanted = 0, tls, greeting }: HostileServerOptions = {}): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  const heads: string[] = [];
  let accepted = 0;

  function serve(socket: Socket): void {
    let head = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const path = (head.split(' ')[1] ?? '/').replace(/\?.*$/s, '');
      const count = (counts.get(path) ?? 0) + 1;
      counts.set(path, count);
      const request = { path, head, count };
      heads.push(head);
      head = '';
      (behaviours[path] ?? notFound)(socket, request);
    });
  }

  const server: Server = tls ? createTlsServer(tls, serve).on('tlsClientError', () => {}) : createServer(serve);
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    if (greeting !== undefined) socket.write(greeting);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(wanted, host, resolve); });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    accepted: () => accepted,
    open: () => sockets.size,
    requests: (path) => (path === undefined ? [...counts.values()].reduce((sum, count) => sum + count, 0) : (counts.get(path) ?? 0)),
    heads: () => heads,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

const notFound: Behaviour = (socket) => { socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'); };
