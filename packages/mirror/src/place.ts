import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '@1688/core';
import type { Config } from './config.ts';

/**
 * The folder of the store. One that is named by DATA_DIR may always be made; the default one only by commands that make stores,
 * the others look for it upward through the parent folders.
 * @throws STORE_NOT_FOUND
 */
export function findDataDir(config: Config, create: boolean): string {
  const isNamed = config.origins.DATA_DIR !== 'default' || config.databaseUrl !== null;
  if (create || isNamed) return config.dataDir;
  const name = path.basename(config.dataDir);
  for (let folder = path.dirname(config.dataDir); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, name);
    if (existsSync(path.join(candidate, 'database'))) return candidate;
    if (folder === path.dirname(folder)) break;
  }
  throw new SyncError('STORE_NOT_FOUND', `Expected a store in ${config.dataDir} or a folder above, found none.`, {
    hint: 'No store here: cd to its folder, set DATA_DIR, or run "1688sync init".',
  });
}

/** Makes the folder, closed to others, and keeps its content out of git. */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await makeFolders(dataDir);
    await writeFile(path.join(dataDir, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SyncError(code === 'ENOSPC' ? 'STORAGE_FULL' : 'STORAGE_PERMISSION', `Expected to be able to write into ${dataDir}, received ${code ?? String(cause)}.`, {
      hint: code === 'ENOSPC' ? 'Free some room on this disk, or set DATA_DIR to another one.' : 'Give this user the folder, or set DATA_DIR to one of its own.', cause,
    });
  }
}

/** One level after the other: where a file system invents its folders (/proc), Node's own recursive mkdir never ends. */
async function makeFolders(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeFolders(parent);
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
