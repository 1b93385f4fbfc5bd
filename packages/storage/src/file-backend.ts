import { constants, type BigIntStats } from 'node:fs';
import { copyFile, link, lstat, open, rename, rm, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { SyncError, throwIfAborted } from '@1688/core';
import { checkedBody } from './body.ts';
import { errno, fileError, isAbsence } from './file-error.ts';
import { fileFolder, type FileFolder } from './file-folder.ts';
import { listFolder } from './file-listing.ts';
import { createTemporary, readyTemporary, sweepTemporary, type TemporaryFile } from './file-temporary.ts';
import { checkKey, checkPrefix } from './key.ts';
import { missingObject, objectExists } from './object-error.ts';
import { resolveRange } from './range.ts';
import type { GetOptions, StorageBackend, StorageBody, StorageCapabilities, StoredObject, PutOptions } from './storage-backend.ts';

const capabilities: StorageCapabilities = {
  atomicPut: true, conditionalPut: true, range: true, checksumOnWrite: true, signedUrl: false, copy: true, maxObjectBytes: null,
};
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);
const pieceBytes = 128 * 1024;

export interface FileBackendOptions {
  /** Permission bits of new files. Default 0o600: nobody else reads them. */
  readonly fileMode?: number;
  /** Permission bits of new folders. Default 0o700. */
  readonly directoryMode?: number;
}

/**
 * Keeps objects as files below a folder, one path per key. A put writes to `.tmp/` inside the root, checks, syncs, renames and
 * syncs the folders: after a crash or power cut an object is absent, old or new, never a part. Does no I/O until it is used; the
 * first write makes the root and removes what killed writers left.
 *
 * Keeps no content type. No key can be a folder of another (`a` and `a/b`): the second is refused with STORAGE_KEY.
 * @param rootPath resolved against the working directory of now
 */
export function fileBackend(rootPath: string, { fileMode = 0o600, directoryMode = 0o700 }: FileBackendOptions = {}): StorageBackend {
  const root = path.resolve(rootPath);
  const folder = fileFolder(root, directoryMode);
  let swept: Promise<void> | undefined;

  async function openTemporary(): Promise<TemporaryFile> {
    const top = await folder.ready();
    swept ??= readyTemporary(top, directoryMode).then(async () => {
      await sweepTemporary(top).catch(() => {}); // rubbish that stays is no reason to refuse a write; sweepTemporary() tells why
    });
    try {
      await swept;
      return await createTemporary(top, fileMode);
    } catch (error) {
      swept = undefined; // the next write looks again: the folder may have been removed
      throw error;
    }
  }

  /** Fills a file that nobody sees, then publishes it. */
  async function place(key: string, ifAbsent: boolean, fill: (file: string, handle: FileHandle) => Promise<number>): Promise<StoredObject> {
    const temporary = await openTemporary();
    try {
      const stat = await fillAndSync(temporary.handle, () => fill(temporary.path, temporary.handle));
      await publish(folder, temporary.path, key, ifAbsent);
      return toObject(key, stat);
    } finally {
      // A rename leaves nothing; what else stays the next sweep removes.
      await unlink(temporary.path).catch(() => {});
    }
  }

  async function find(key: string, signal: AbortSignal | undefined, work: string): Promise<{ file: string; stat: BigIntStats } | null> {
    checkKey(key);
    throwIfAborted(signal, `${work} ${key}`);
    const file = await folder.locate(key);
    const stat = file === null ? null : await statOrNull(file);
    return file !== null && stat?.isFile() ? { file, stat } : null;
  }

  return {
    name: 'file',
    capabilities,

    put: (key, body, options = {}) => named(key, async () => {
      checkKey(key);
      throwIfAborted(options.signal, `Storing ${key}`);
      return place(key, options.ifAbsent === true, (_file, handle) => writeBody(handle, body, options));
    }),

    get: (key, options = {}) => named(key, async () => {
      const found = await find(key, options.signal, 'Reading');
      if (!found) throw missingObject(key);
      const object = toObject(key, found.stat);
      resolveRange(options.range, object.sizeBytes);
      return { object, body: readFrom(found.file, object, options) };
    }),

    head: (key, { signal } = {}) => named(key, async () => {
      const found = await find(key, signal, 'Reading');
      return found && toObject(key, found.stat);
    }),

    delete: (key, { signal } = {}) => named(key, async () => {
      const found = await find(key, signal, 'Deleting');
      if (!found) return;
      await rm(found.file, { force: true });
      await folder.prune(key);
    }),

    async *list(prefix, options = {}) {
      checkPrefix(prefix);
      throwIfAborted(options.signal, `Listing ${prefix}`);
      const parent = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      try {
        const start = await folder.locate(parent.slice(0, -1));
        if (start === null) return;
        yield* listFolder(start, parent, { ...options, prefix, describe: describeFile });
      } catch (error) {
        throw fileError(error, prefix);
      }
    },

    copy: (from, to, { signal } = {}) => named(to, async () => {
      checkKey(to);
      const found = await find(from, signal, 'Copying');
      if (!found) throw missingObject(from);
      return place(to, false, async (file) => {
        await copyFile(found.file, file, constants.COPYFILE_FICLONE);
        return Number(found.stat.size);
      });
    }),
  };
}

async function named<T>(key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, key);
  }
}

/** @returns bytes written */
async function writeBody(handle: FileHandle, body: StorageBody, options: PutOptions): Promise<number> {
  let written = 0;
  for await (const chunk of checkedBody(body, options)) {
    for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten; // a full disk may take a part
    written += chunk.length;
  }
  return written;
}

/** A sync that failed is final: the system may have dropped the bytes, so only a new file can be tried. */
async function fillAndSync(handle: FileHandle, fill: () => Promise<number>): Promise<BigIntStats> {
  try {
    const written = await fill();
    await handle.sync();
    const stat = await handle.stat({ bigint: true });
    if (Number(stat.size) !== written) throw new SyncError('STORAGE_IO', `Expected a file of ${written} bytes, the file system kept ${stat.size}.`, { retryable: true });
    return stat;
  } finally {
    await handle.close();
  }
}

async function publish(folder: FileFolder, temporary: string, key: string, ifAbsent: boolean): Promise<void> {
  const tries = 100; // each lost to a deleter that was faster; ten in a row have been seen on a busy machine
  for (let attempt = 1; ; attempt += 1) {
    try {
      const file = await folder.prepare(key);
      await (ifAbsent ? link(temporary, file) : rename(temporary, file));
      break;
    } catch (error) {
      const isTaken = ifAbsent && errno(error) === 'EEXIST';
      if (isTaken && (await folder.settle(key))) throw objectExists(key); // whoever stored it may not have synced yet, and the caller will rely on it
      if ((!isTaken && errno(error) !== 'ENOENT') || attempt === tries) throw error; // what was in the way is gone, or a parent was pruned: make it again
    }
  }
  await folder.settle(key);
}

/** Opens the file at the first read, so that a body nobody reads holds nothing. */
async function* readFrom(file: string, object: StoredObject, { range, signal }: GetOptions): AsyncGenerator<Uint8Array> {
  const { start, length } = resolveRange(range, object.sizeBytes);
  const handle = await openSame(file, object);
  try {
    for (let read = 0; read < length; ) {
      throwIfAborted(signal, `Reading ${object.key}`);
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(Math.min(pieceBytes, length - read)), 0, undefined, start + read);
      if (bytesRead === 0) throw new SyncError('STORAGE_CORRUPT', `Expected ${object.sizeBytes} bytes under ${JSON.stringify(object.key)}, found ${start + read}.`);
      read += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw fileError(error, object.key);
  } finally {
    await handle.close();
  }
}

async function openSame(file: string, object: StoredObject): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(file, readFlags);
  } catch (error) {
    throw isAbsence(error) ? missingObject(object.key) : fileError(error, object.key);
  }
  if (toObject(object.key, await handle.stat({ bigint: true })).etag === object.etag) return handle;
  await handle.close();
  throw new SyncError('STORAGE_IO', `Expected ${JSON.stringify(object.key)} to stay the same until it is read, but it was replaced.`, { retryable: true, hint: 'Get it again.' });
}

async function statOrNull(file: string): Promise<BigIntStats | null> {
  try {
    return await lstat(file, { bigint: true });
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

async function describeFile(key: string, file: string): Promise<StoredObject | null> {
  const stat = await statOrNull(file);
  return stat?.isFile() ? toObject(key, stat) : null;
}

function toObject(key: string, { ino, size, mtimeNs, mtimeMs }: Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'mtimeMs'>): StoredObject {
  return { key, sizeBytes: Number(size), modifiedAt: new Date(Number(mtimeMs)), etag: `${ino.toString(36)}-${mtimeNs.toString(36)}-${size.toString(36)}` };
}
