import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, readlink, rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { SyncError } from '@1688/core';
import { errno, fileError, isAbsence } from './file-error.ts';
import { temporaryPart } from './key.ts';

/** How old a file of another machine's writer must be before it counts as left behind. */
const foreignAgeMs = 24 * 60 * 60 * 1000;

export interface TemporaryFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** A new empty file that nobody else has or guesses, named after the writing process so that `sweepTemporary` knows whose it is. */
export async function createTemporary(root: string, fileMode: number): Promise<TemporaryFile> {
  ours ??= Promise.all([machineId(), startOf(process.pid)]).then(([machine, start]) => [machine, process.pid, start ?? 0].join('-'));
  const file = path.join(root, temporaryPart, `${await ours}-${randomBytes(8).toString('hex')}`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  return { path: file, handle: await open(file, flags, fileMode) };
}

/** What the names of this process's files begin with. */
let ours: Promise<string> | undefined;

/** Makes the folder of unfinished files. @throws STORAGE_KEY when something else lies there */
export async function readyTemporary(root: string, directoryMode: number): Promise<void> {
  const folder = path.join(root, temporaryPart);
  await mkdir(folder, { mode: directoryMode }).catch((error: unknown) => { // a recursive one calls a read-only file system ENOENT
    if (errno(error) !== 'EEXIST') throw error;
  });
  if (!(await lstat(folder)).isDirectory()) throw new SyncError('STORAGE_KEY', `Expected ${temporaryPart} of the store to be a folder, found a link.`);
}

/**
 * Removes what writers left behind that were killed; the files of living writers stay, also those of other processes.
 * @returns how many files were removed
 */
export async function sweepTemporary(rootPath: string): Promise<number> {
  const folder = path.join(path.resolve(rootPath), temporaryPart);
  let removed = 0;
  try {
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      if (!(await isLeftBehind(file, name))) continue;
      await rm(file, { force: true });
      removed += 1;
    }
  } catch (error) {
    if (!isAbsence(error)) throw fileError(error, temporaryPart);
  }
  return removed;
}

async function isLeftBehind(file: string, name: string): Promise<boolean> {
  const [machine, pid, start] = name.split('-');
  if (machine === (await machineId())) return !(await isAlive(Number(pid), Number(start)));
  try {
    return Date.now() - (await lstat(file)).mtimeMs > foreignAgeMs;
  } catch (error) {
    if (isAbsence(error)) return false; // published or removed meanwhile
    throw error;
  }
}

async function isAlive(pid: number, start: number): Promise<boolean> {
  try {
    process.kill(pid, 0); // asks whether it lives, ends nothing
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
  return start === 0 || ((await startOf(pid)) ?? start) === start;
}

/** Process ids count only within one machine, or one container of it. */
async function machineId(): Promise<string> {
  const processes = await readlink('/proc/self/ns/pid').catch(() => ''); // only Linux has it
  return createHash('sha256').update(`${hostname()}\0${processes}`).digest('hex').slice(0, 12);
}

/** When a process began, in the kernel's ticks; tells a process from a later one with the same id. Null where it cannot be known. */
async function startOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null); // only Linux has it
  if (stat === null) return null;
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}
