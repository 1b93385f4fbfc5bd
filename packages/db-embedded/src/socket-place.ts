import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SyncError } from '@1688/core';
import { giveTo, type Owner } from './account.ts';

/** A socket's number is only a name. */
export const socketPort = 5432;
const socketName = `.s.PGSQL.${socketPort}`;
/** The system allows about 104 bytes for a socket's path; PostgreSQL adds its file name to the folder. */
const longestFolderBytes = 100 - `/${socketName}`.length;

/**
 * A closed folder for the server's socket: inside the directory, or where its path is too long or its disk has no sockets, a short
 * one in a temporary folder. What a server that was killed left there is removed: only call this while none runs.
 * @throws DB_UNSAFE_DIRECTORY when there is no such place
 */
export async function socketFolder(directory: string, owner: Owner | null): Promise<string> {
  const short = `1688sync-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
  const places = [path.join(directory, 'socket'), ...[tmpdir(), '/tmp', '/var/tmp'].map((folder) => path.join(folder, short))];
  for (const folder of places.filter((place) => Buffer.byteLength(place) <= longestFolderBytes)) {
    if (!(await makeClosed(folder, owner)) || !(await takesSockets(folder))) continue;
    // PostgreSQL would ask whether the number in the lock file lives; by now it may be another program's.
    await Promise.all([socketName, `${socketName}.lock`].map((name) => rm(path.join(folder, name), { force: true })));
    await giveTo(owner, folder);
    return folder;
  }
  throw new SyncError('DB_UNSAFE_DIRECTORY', `Expected a closed folder for a socket in one of ${places.join(', ')}, found none that is ours and at most ${longestFolderBytes} bytes long.`, {
    hint: 'Set DATA_DIR to a shorter path on a local disk, such as ~/1688sync-data.',
  });
}

/** False when it cannot be made, or belongs to somebody else: temporary folders are open to all. */
async function makeClosed(folder: string, owner: Owner | null): Promise<boolean> {
  await mkdir(folder, { mode: 0o700 }).catch(() => {}); // there already, or it cannot be made: seen next
  const found = await lstat(folder).catch(() => null); // not made
  return found !== null && found.isDirectory() && (found.mode & 0o077) === 0 && (found.uid === process.getuid?.() || found.uid === owner?.uid);
}

async function takesSockets(folder: string): Promise<boolean> {
  const probe = createServer().listen({ path: path.join(folder, `.try-${process.pid}`), exclusive: true });
  const isListening = await once(probe, 'listening').then(() => true, () => false); // some shared disks have no sockets
  await new Promise((resolve) => { probe.close(resolve); });
  return isListening;
}
