import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import type { RunningServer } from './server.ts';

/** SQLSTATE cannot_connect_now: the server starts, stops or recovers. */
const notNow = Buffer.from('57P03');

/**
 * Whether a server takes sessions: it answers the first message of the protocol with anything but "not now". `postmaster.pid` says
 * `ready` for a moment after a server was told to stop.
 */
export async function takesSessions({ socket, port }: Pick<RunningServer, 'socket' | 'port'>): Promise<boolean> {
  const connection = connect(socket === null ? { host: '127.0.0.1', port } : { path: path.join(socket, `.s.PGSQL.${port}`) });
  try {
    connection.end(startupMessage());
    const [answer] = (await once(connection, 'data', { signal: AbortSignal.timeout(2_000) })) as [Buffer];
    return !answer.includes(notNow);
  } catch {
    return false; // refused, closed or silent
  } finally {
    connection.destroy();
  }
}

/** Length, protocol 3.0, and whose session it would be (PostgreSQL documentation, "Message Formats": StartupMessage). */
function startupMessage(): Buffer {
  const body = Buffer.from('\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
}
