import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SyncError } from '@1688/core';
import { fileBackend, type StorageBackend } from '@1688/storage';

export interface OpenedStorage {
  readonly backend: StorageBackend;
  /** For messages: a path or an address without secrets. */
  readonly place: string;
}

/**
 * The place that a setting names: a backend of the user's own, `file:/path`, a plain path, or the fallback folder.
 * @throws CONFIG_INVALID for a scheme that is not known
 */
export function openStorage(setting: StorageBackend | string | undefined, { fallback, cwd }: { readonly fallback: string; readonly cwd: string }): OpenedStorage {
  if (typeof setting === 'object') return { backend: setting, place: setting.name };
  if (setting === undefined) return inFolder(fallback);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(setting)?.[1]?.toLowerCase();
  if (scheme === undefined) return inFolder(path.resolve(cwd, setting));
  if (scheme === 'file') return inFolder(setting.startsWith('file://') ? fileURLToPath(setting) : path.resolve(cwd, setting.slice('file:'.length)));
  throw new SyncError('CONFIG_INVALID', `Expected a storage place such as file:/srv/images, received one with the scheme ${JSON.stringify(scheme)}.`, {
    hint: 'Use file:, or hand over a backend of your own as "storage" in 1688sync.config.ts.',
  });
}

function inFolder(folder: string): OpenedStorage {
  return { backend: fileBackend(folder), place: folder };
}
