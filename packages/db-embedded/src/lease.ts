import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, startOf } from './process-identity.ts';

let sequence = 0;

/** Says that this process uses the server. Only called while the directory's lock is held. */
export async function takeLease(directory: string): Promise<string> {
  const folder = path.join(directory, 'users');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${process.pid}-${await startOf(process.pid)}-${(sequence += 1)}`);
  await writeFile(file, '', { mode: 0o600 });
  return file;
}

/** How many leases living processes hold; those of dead ones are removed. Only called while the directory's lock is held. */
export async function countLeases(directory: string): Promise<number> {
  const folder = path.join(directory, 'users');
  const names = await readdir(folder).catch(() => []); // nobody has ever used it
  let living = 0;
  for (const name of names) {
    const [pid = '', startedAt = ''] = name.split('-');
    if (/^\d+$/.test(pid) && (await isAlive(Number(pid), startedAt))) living += 1;
    else await rm(path.join(folder, name), { force: true });
  }
  return living;
}
