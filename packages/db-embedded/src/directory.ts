import { access, chmod, mkdir, readdir, realpath, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { SyncError } from '@1688/core';
import { toFileError, unsafeDirectory } from './engine-error.ts';

/** What may lie in a directory without a database yet: what we make, and what systems put everywhere. */
const known = /^(data|data\.new-.*|users|socket|engine|password|server\.json.*|lock|database\.log.*|\.gitignore|\.DS_Store|lost\+found)$/;
/** Linux names kinds of file systems by numbers, statfs(2): NFS, SMB, CIFS, SMB2, AFS. Two machines cannot see each other's server there. */
const networkKinds: ReadonlySet<number> = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f]);

/**
 * Makes the directory and closes it to others; returns its real path.
 * @param logFile may lie inside
 * @throws DB_UNSAFE_DIRECTORY when it cannot be made, written, or closed to others, lies on a network drive, or holds foreign files
 */
export async function prepareDirectory(directory: string, logFile: string | undefined): Promise<string> {
  try {
    await makeFolder(directory);
    const found = await statfs(directory);
    if (process.platform === 'linux' && networkKinds.has(found.type >>> 0)) throw await unsafeDirectory(directory, 'a network drive');
    await checkContent(directory, logFile);
    await closeToOthers(directory);
    return await realpath(directory);
  } catch (error) {
    throw await toFileError(error, directory);
  }
}

/** With its parents. Node's own recursive mkdir never ends where a folder that exists takes no new ones, such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const parent = path.dirname(folder);
    if (code !== 'ENOENT' || (await access(parent).then(() => true, () => false))) throw error;
    await makeFolder(parent);
    await makeFolder(folder);
  }
}

/** Nobody's documents may be closed to others, or mixed with a database, by a mistyped path. */
async function checkContent(directory: string, logFile: string | undefined): Promise<void> {
  const names = await readdir(directory);
  if (names.includes('data')) return;
  const log = logFile === undefined ? '' : (path.relative(directory, path.resolve(logFile)).split(path.sep)[0] ?? '');
  const foreign = names.filter((name) => !known.test(name) && (log === '' || !name.startsWith(log)));
  if (foreign.length > 0) throw await foreignContent(directory, foreign);
}

function foreignContent(directory: string, names: readonly string[]): Promise<SyncError> {
  return unsafeDirectory(directory, `a folder with other things in it (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`);
}

async function closeToOthers(directory: string): Promise<void> {
  if (process.platform === 'win32') return; // what lies in a user's folder is closed there
  await chmod(directory, 0o700);
  const { mode } = await stat(directory);
  if ((mode & 0o077) !== 0) throw await unsafeDirectory(directory, 'a folder whose permissions do not stick (a network drive, a mounted Windows disk, a synced folder)');
}
