import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { isSyncError, SyncError } from '@1688/core';

/**
 * Lets `write` fill a file beside `file` and puts it there in one step: whatever happens, `file` is the old one or the whole new one.
 * A device or pipe cannot be replaced: it is written to straight.
 * @throws ARGUMENT_INVALID, STORAGE_FULL, and what `write` throws
 */
export async function writeWhole<Result>(file: string, write: (partial: string) => Promise<Result>): Promise<Result> {
  try {
    if (await isSpecial(file)) return await write(file);
    const partial = `${file}.partial-${randomUUID().slice(0, 8)}`;
    try {
      const result = await write(partial);
      await using written = await open(partial, 'r+');
      await written.sync(); // a rename that outlives a power cut must not name a file that does not
      await rename(partial, file);
      return result;
    } finally {
      await rm(partial, { force: true });
    }
  } catch (error) {
    throw fileError(error, file);
  }
}

async function isSpecial(file: string): Promise<boolean> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new SyncError('ARGUMENT_INVALID', `Expected a file to write to, received the folder ${file}.`, { hint: 'Add a file name, such as products.jsonl.' });
    return !found.isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function fileError(error: unknown, file: string): unknown {
  if (isSyncError(error) || !(error instanceof Error) || !('syscall' in error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new SyncError('STORAGE_FULL', `Expected room for the export ${file}, received a full disk.`, { hint: 'Free some room or write to another disk.', cause: error });
  return new SyncError('ARGUMENT_INVALID', `Expected to be able to write ${file}, received ${code ?? error.message}.`, { hint: 'Name a file in a folder that exists and may be written.', cause: error });
}
