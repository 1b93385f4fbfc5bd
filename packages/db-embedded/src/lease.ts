import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { giveTo, type Owner } from './account.ts';
import { isAlive, startOf } from './process-identity.ts';

/** Says that this process uses the server, by a file named after it. Only called while the directory's lock is held. */
export async function takeLease(directory: string, owner: Owner | null): Promise<string> {
  const folder = path.join(directory, 'users');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await giveTo(owner, folder);
  const file = path.join(folder, `${process.pid}-${await startOf(process.pid)}-${randomUUID()}`);
  await writeFile(file, '', { mode: 0o600 });
  return file;
}

/** How many leases living processes hold; those of dead ones are removed. Only called while the directory's lock is held. */
export async function settleLeases(directory: string): Promise<number> {
  const { living, dead } = await readLeases(directory);
  await Promise.all(dead.map((file) => rm(file, { force: true })));
  return living.length;
}

export async function readLeases(directory: string): Promise<{ living: string[]; dead: string[] }> {
  const folder = path.join(directory, 'users');
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []; // nobody has ever used it
    throw error;
  });
  const states = await Promise.all(names.map(async (name) => {
    const [pid = '', startedAt = ''] = name.split('-');
    return /^\d+$/.test(pid) && (await isAlive(Number(pid), startedAt));
  }));
  const files = names.map((name) => path.join(folder, name));
  return { living: files.filter((_, index) => states[index]), dead: files.filter((_, index) => !states[index]) };
}
