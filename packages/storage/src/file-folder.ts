import { lstat, mkdir, open, realpath, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '@1688/core';
import { errno, isAbsence } from './file-error.ts';

/** The folders of one store: where a key lies, and which folders are known to outlive a power cut. */
export interface FileFolder {
  /** Makes the root where it is absent. @returns its real path */
  ready(): Promise<string>;
  /** Absolute path of what lies under a key, or null when nothing does. @throws STORAGE_KEY for a path through a symbolic link */
  locate(key: string): Promise<string | null>;
  /** Absolute path for a new object, its parents made. */
  prepare(key: string): Promise<string>;
  /** Makes the entry of a file that was just published durable, and those of its parents. @returns false where its folder has gone: the object was deleted meanwhile */
  settle(key: string): Promise<boolean>;
  /** Removes the folders above a deleted object that have become empty. */
  prune(key: string): Promise<void>;
}

/** @param root absolute path; made on the first write */
export function fileFolder(root: string, directoryMode: number): FileFolder {
  let pinned: string | undefined;
  let made: Promise<void> | undefined;
  const durable = new Set<string>();

  /** Resolved once: a root that is exchanged for a link later is not followed. */
  async function realRoot(): Promise<string> {
    pinned ??= await realpath(root);
    return pinned;
  }

  async function locate(key: string): Promise<string | null> {
    try {
      const file = path.join(await realRoot(), ...key.split('/'));
      const found = await realpath(file);
      if (found.normalize() === file.normalize()) return found;
      // A file system that ignores case finds another object's file.
      if (found.toLowerCase() === file.toLowerCase()) return null;
      throw linked(key);
    } catch (error) {
      if (isAbsence(error)) return null;
      throw error;
    }
  }

  async function parentOf(key: string): Promise<string> {
    return path.join(await realRoot(), ...key.split('/').slice(0, -1));
  }

  async function ready(): Promise<string> {
    made ??= makeRoot(root, directoryMode);
    try {
      await made;
    } catch (error) {
      made = undefined; // the next write tries again
      throw error;
    }
    return realRoot();
  }

  async function prepare(key: string): Promise<string> {
    const parent = await parentOf(key);
    if ((await realOrMade(parent, key)).normalize() !== parent.normalize()) throw linked(key);
    const file = path.join(parent, key.slice(key.lastIndexOf('/') + 1));
    await refuseOtherFile(file, key);
    return file;
  }

  /** Most folders are there already. */
  async function realOrMade(parent: string, key: string): Promise<string> {
    try {
      return await realpath(parent);
    } catch (error) {
      if (!isAbsence(error)) throw error;
      await makeFolder(parent, key);
      return realpath(parent);
    }
  }

  async function makeFolder(parent: string, key: string): Promise<void> {
    try {
      await mkdir(parent, { recursive: true, mode: directoryMode });
    } catch (error) {
      if (errno(error) === 'EEXIST' || errno(error) === 'ENOTDIR') throw inTheWay(key, error);
      throw error;
    }
  }

  /** Renaming over a link would drop the link; over a file that differs in case only, another object. */
  async function refuseOtherFile(file: string, key: string): Promise<void> {
    try {
      const found = await lstat(file);
      if (found.isSymbolicLink()) throw linked(key);
      if (found.isDirectory()) await rmdir(file); // a put that was killed may have left it empty
      if (found.isFile() && (await realpath(file)).normalize() !== file.normalize()) {
        throw new SyncError('STORAGE_KEY', `Expected no other object like ${JSON.stringify(key)}, found one that differs in case only.`, { hint: 'This file system ignores case: choose another key.' });
      }
    } catch (error) {
      if (errno(error) === 'ENOTEMPTY' || errno(error) === 'EEXIST') throw inTheWay(key, error);
      if (!isAbsence(error)) throw error;
    }
  }

  async function settle(key: string): Promise<boolean> {
    try {
      await syncFolders(await parentOf(key));
      return true;
    } catch (error) {
      if (errno(error) === 'ENOENT') return false; // only an empty folder is ever removed
      throw error;
    }
  }

  /** Upwards as far as a folder's own entry may be lost in a power cut. */
  async function syncFolders(parent: string): Promise<void> {
    const top = await realRoot();
    const settled: string[] = [];
    let folder = parent;
    let known = await identityOf(folder);
    for (await syncFolder(folder); folder !== top && !durable.has(known); await syncFolder(folder)) {
      settled.push(known);
      folder = path.dirname(folder);
      known = await identityOf(folder);
    }
    if (durable.size > 100_000) durable.clear(); // a fan-out has 65,536 folders; only time is lost
    for (const each of settled) durable.add(each);
  }

  async function prune(key: string): Promise<void> {
    const top = await realRoot();
    for (let folder = await parentOf(key); folder !== top && folder.startsWith(top); folder = path.dirname(folder)) {
      try {
        await rmdir(folder);
      } catch {
        return; // not empty, or not ours to remove: the object is gone, which is what was asked for
      }
    }
  }

  return { ready, locate, prepare, settle, prune };
}

async function makeRoot(root: string, directoryMode: number): Promise<void> {
  const first = await mkdir(root, { recursive: true, mode: directoryMode });
  if (first === undefined) return;
  for (let above = path.dirname(root); above.length >= path.dirname(first).length; above = path.dirname(above)) {
    await syncFolder(above);
    if (above === path.dirname(above)) return;
  }
}

/** A folder that was removed and made again is another one, whose parents may not know it durably. */
async function identityOf(folder: string): Promise<string> {
  const { ino, birthtimeNs } = await lstat(folder, { bigint: true });
  return `${folder}\0${ino}\0${birthtimeNs}`;
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // opens no folders; NTFS keeps its own journal of names
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (errno(error) !== 'EINVAL') throw error; // the file system has no such promise to give
  } finally {
    await handle.close();
  }
}

function linked(key: string): SyncError {
  return new SyncError('STORAGE_KEY', `Expected ${JSON.stringify(key)} to lie in real folders, found a symbolic link on the way.`, { hint: 'Remove the link; only the root itself may be one.' });
}

function inTheWay(key: string, cause: unknown): SyncError {
  return new SyncError('STORAGE_KEY', `Expected ${JSON.stringify(key)} to be neither a folder of other objects nor below one, found that it is.`, { hint: 'In a folder no key can be the beginning of another: choose another key.', cause });
}
