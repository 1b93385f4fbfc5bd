import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isSyncError, throwIfAborted } from '@1688/core';
import { isAbsence } from './file-error.ts';
import { checkKey, compareKeys } from './key.ts';
import type { ListOptions, StoredObject } from './storage-backend.ts';

/** How many files are looked at together. */
const statsAtOnce = 32;

export interface Listing extends ListOptions {
  readonly prefix: string;
  /** Facts of the object whose file this is, or null when it is gone or no plain file. */
  readonly describe: (key: string, file: string) => Promise<StoredObject | null>;
}

/**
 * Objects in the folder of keys that begin with `parent` (empty or ending with a slash), and in those below, in order of their
 * keys. Holds the names of one folder a level; what is no plain file under an allowed key (links, temporary files) is not listed.
 */
export async function* listFolder(folder: string, parent: string, listing: Listing): AsyncGenerator<StoredObject> {
  const entries = (await namesIn(folder))
    .map((entry) => ({ key: `${parent}${entry.name}${entry.isDirectory() ? '/' : ''}`, entry }))
    .filter(({ key, entry }) => (entry.isFile() || entry.isDirectory()) && isWanted(key, listing))
    .toSorted((a, b) => compareKeys(a.key, b.key));
  for (let at = 0; at < entries.length; at += statsAtOnce) {
    const group = entries.slice(at, at + statsAtOnce);
    const objects = await Promise.all(group.map(({ key, entry }) => (entry.isFile() ? listing.describe(key, path.join(folder, entry.name)) : null)));
    for (const [index, { key, entry }] of group.entries()) {
      throwIfAborted(listing.signal, `Listing ${listing.prefix}`);
      const object = objects[index];
      if (object) yield object;
      else if (entry.isDirectory()) yield* listFolder(path.join(folder, entry.name), key, listing);
    }
  }
}

async function namesIn(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsence(error)) return []; // removed since its name was read
    throw error;
  }
}

function isWanted(key: string, { prefix, after }: Listing): boolean {
  const isFolder = key.endsWith('/');
  if (!key.startsWith(prefix) && !(isFolder && prefix.startsWith(key))) return false;
  // Keys below a folder are all greater than `after` unless `after` lies below it or beyond it.
  if (after !== undefined && compareKeys(key, after) <= 0 && !(isFolder && after.startsWith(key))) return false;
  return isAllowed(isFolder ? key.slice(0, -1) : key);
}

function isAllowed(key: string): boolean {
  try {
    checkKey(key);
    return true;
  } catch (error) {
    if (isSyncError(error)) return false;
    throw error;
  }
}
