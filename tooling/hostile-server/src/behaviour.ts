import type { Socket } from 'node:net';

export interface HostileRequest {
  /** Without the query. */
  readonly path: string;
  /** Request line and headers as received, in small letters but for the line. */
  readonly head: string;
  /** The how-manieth request for this path, from 1. */
  readonly count: number;
}

/** Writes what it likes to the socket of one request. */
export type Behaviour = (socket: Socket, request: HostileRequest) => void;

export type Ending = 'end' | 'reset' | 'stay';

/** An honest answer. */
export function answer(body: Uint8Array | string, { status = '200 OK', headers = {} }: { status?: string; headers?: Readonly<Record<string, string>> } = {}): Behaviour {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const lines = Object.entries({ 'content-length': String(bytes.length), ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return (socket) => {
    socket.write(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`);
    socket.write(bytes);
  };
}

/** An honest answer in one chunk, without a length. */
export function chunked(body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Behaviour {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n${lines}\r\n${body.length.toString(16)}\r\n`);
    socket.write(body);
    socket.write('\r\n0\r\n\r\n');
  };
}

export function redirect(location: string, status = '302 Found'): Behaviour {
  return answer('', { status, headers: { location } });
}

/** Only these bytes, then the end. @param text one byte a character */
export function raw(text: string, ending: Ending = 'end'): Behaviour {
  return (socket) => {
    socket.write(text, 'latin1', () => finish(socket, ending));
  };
}

/** The head of an answer with `headers`, a part of its body, then the end. */
export function cutShort(part: Uint8Array, headers: Readonly<Record<string, string>>, ending: Ending = 'end'): Behaviour {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return raw(`HTTP/1.1 200 OK\r\n${lines}\r\n${Buffer.from(part).toString('latin1')}`, ending);
}

/** Says nothing and keeps the line open. */
export const silent: Behaviour = () => {};

/** Begins with `start`, then a byte now and then for ever. */
export function drip(start: string, { byte = 'x', everyMs = 20 }: { byte?: string; everyMs?: number } = {}): Behaviour {
  return (socket) => {
    socket.write(start, 'latin1');
    const timer = setInterval(() => socket.write(byte, 'latin1'), everyMs);
    socket.on('close', () => clearInterval(timer));
  };
}

/** Chunks without an end, as fast as they are taken. */
export const endless: Behaviour = (socket) => {
  socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
  const chunk = `10000\r\n${'z'.repeat(0x10000)}\r\n`;
  const more = (): void => { while (socket.writable && socket.write(chunk)); };
  socket.on('drain', more);
  more();
};

/** The same, after a while. */
export function later(behaviour: Behaviour, delayMs: number): Behaviour {
  return (socket, request) => {
    const stop = (): void => clearTimeout(timer);
    const timer = setTimeout(() => {
      socket.removeListener('close', stop);
      behaviour(socket, request);
    }, delayMs);
    socket.once('close', stop);
  };
}

function finish(socket: Socket, ending: Ending): void {
  if (ending === 'reset') socket.resetAndDestroy();
  if (ending === 'end') socket.end();
}
