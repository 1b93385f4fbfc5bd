import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import type { RunningServer } from './server.ts';

/** SQLSTATE cannot_connect_now: the server starts, stops or recovers. */
const notNow = Buffer.from('57P03');

/**
 * What a server says to the first message of the protocol: `sessions`: it takes them · `not now`: it starts, stops or recovers ·
 * `silence`: it took the call and said nothing for two seconds · null: nobody is there, or whoever took the call died of it, as the last
 * children of a killed server do. `postmaster.pid` alone says `ready` for a moment after a server was told to stop.
 */
export async function startupAnswer({ socket, port }: Pick<RunningServer, 'socket' | 'port'>): Promise<'sessions' | 'not now' | 'silence' | null> {
  const connection = connect(socket === null ? { host: '127.0.0.1', port } : { path: path.join(socket, `.s.PGSQL.${port}`) });
  const patience = AbortSignal.timeout(2_000);
  try {
    connection.end(startupMessage());
    const answer = await Promise.race([once(connection, 'data', { signal: patience }), once(connection, 'close', { signal: patience })]);
    if (!Buffer.isBuffer(answer[0])) return null;
    return answer[0].includes(notNow) ? 'not now' : 'sessions';
  } catch {
    return patience.aborted ? 'silence' : null;
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
