import { copyFile, mkdir, open, rename, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { giveTo, type Owner } from './account.ts';

const largestLogBytes = 10_000_000;

/** Makes the log's folder and moves a log that has grown large aside. @returns the byte where new lines begin */
export async function prepareLog(logFile: string, owner: Owner | null): Promise<number> {
  await mkdir(path.dirname(logFile), { recursive: true });
  const found = await stat(logFile).catch(() => null); // the first start
  if (found && found.size < largestLogBytes) return found.size;
  if (found) await rename(logFile, `${logFile}.1`);
  await (await open(logFile, 'a', 0o600)).close();
  await giveTo(owner, logFile);
  return 0;
}

export async function isLogLarge(logFile: string): Promise<boolean> {
  const found = await stat(logFile).catch(() => null); // somebody removed it
  return found !== null && found.size >= largestLogBytes;
}

/** Sets a log aside while the server writes it: it appends, so it goes on at the beginning. Lines of that moment may be lost. */
export async function setLogAside(logFile: string): Promise<void> {
  if (!(await isLogLarge(logFile))) return;
  await copyFile(logFile, `${logFile}.1`);
  await truncate(logFile, 0);
}

/** What was written from a byte on; at most the last 100,000. */
export async function readLog(logFile: string, from: number): Promise<string> {
  const handle = await open(logFile);
  try {
    const { size } = await handle.stat();
    const start = Math.max(size < from ? 0 : from, size - 100_000);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}
