import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Writes what it likes to the socket of one request. */
export type Behaviour = (socket: Socket, request: { readonly path: string; readonly head: string; readonly count: number }) => void;

export interface HostileServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** Connections accepted so far. */
  accepted(): number;
  /** Sockets open now. */
  open(): number;
  requests(path?: string): number;
}

/** A server on loopback that speaks bytes, not HTTP: behaviours by path may break any rule. */
export async function hostileServer(behaviours: Readonly<Record<string, Behaviour>>): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  let accepted = 0;
  const server: Server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const path = head.split(' ')[1] ?? '/';
      const count = (counts.get(path) ?? 0) + 1;
      counts.set(path, count);
      const request = { path, head, count };
      head = '';
      (behaviours[path] ?? notFound)(socket, request);
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    accepted: () => accepted,
    open: () => sockets.size,
    requests: (path) => (path === undefined ? [...counts.values()].reduce((sum, count) => sum + count, 0) : (counts.get(path) ?? 0)),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

const notFound: Behaviour = (socket) => { socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'); };

/** An honest answer. */
export function answer(body: Uint8Array | string, { status = '200 OK', headers = {} }: { status?: string; headers?: Readonly<Record<string, string>> } = {}): Behaviour {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const lines = Object.entries({ 'content-length': String(bytes.length), ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return (socket) => {
    socket.write(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`);
    socket.write(bytes);
  };
}

export function redirect(location: string, status = '302 Found'): Behaviour {
  return answer('', { status, headers: { location } });
}

/** Only these bytes, then the end. */
export function raw(text: string, ending: 'end' | 'reset' | 'stay' = 'end'): Behaviour {
  return (socket) => {
    socket.write(text, 'latin1', () => {
      if (ending === 'reset') socket.resetAndDestroy();
      if (ending === 'end') socket.end();
    });
  };
}
