import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

export interface BlackHole extends AsyncDisposable {
  readonly port: number;
}

/** More than the system lets wait for a server that accepts nothing. */
const fillers = 8;

/** A port of 127.0.0.1 that swallows what is sent to it: its queue is full, so that the system drops each further connection unanswered. */
export async function blackHole(): Promise<BlackHole> {
  const worker = new Worker(new URL('black-hole-worker.ts', import.meta.url));
  const [port] = (await once(worker, 'message')) as [number];
  const sockets = Array.from({ length: fillers }, () => connect({ port, host: '127.0.0.1' }).on('error', () => {}));
  await Promise.race(sockets.map((socket) => once(socket, 'connect')));
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await worker.terminate();
    },
  };
}
