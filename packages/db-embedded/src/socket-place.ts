import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SyncError } from '@1688/core';
import { giveTo, type Account } from './account.ts';

/** The system allows about 104 bytes for a socket's path; PostgreSQL adds its file name to the folder. */
const longestFolderBytes = 100 - '/.s.PGSQL.5432'.length;

/**
 * A closed folder for the server's socket: inside the directory, or where its path is too long, a short one in the temporary folder.
 * @throws DB_UNSAFE_DIRECTORY when the short one belongs to somebody else
 */
export async function socketFolder(directory: string, account: Account): Promise<string> {
  const inside = path.join(directory, 'socket');
  const short = path.join(tmpdir(), `1688sync-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`);
  const folder = Buffer.byteLength(inside) <= longestFolderBytes ? inside : short;
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  const ours = found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid() || found.uid === account.uid) && (found.mode & 0o077) === 0;
  if (!ours && process.platform !== 'win32') {
    throw new SyncError('DB_UNSAFE_DIRECTORY', `Expected ${folder} to be a folder that only this user can enter, found another.`, { hint: 'Remove it, or set DATA_DIR to a shorter path.' });
  }
  await giveTo(account, folder);
  return folder;
}
