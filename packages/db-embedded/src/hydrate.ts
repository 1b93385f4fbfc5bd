import { access, constants, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { PostgresPrograms } from './find-postgres.ts';

/**
 * The npm package lists links between its libraries, which npm cannot carry and which its install script would make. They are
 * made here; in a copy below `cache` when the package itself cannot be written.
 * @returns the programs, ready to run
 */
export async function readyToRun(programs: PostgresPrograms, cache: string): Promise<PostgresPrograms> {
  if (programs.source !== 'npm') return programs;
  const native = path.dirname(programs.bin);
  if (await makeLinks(native)) return programs;
  const copy = path.join(cache, `postgresql-${programs.version.text}`);
  const ready = { ...programs, bin: path.join(copy, 'bin') };
  if (await isThere(path.join(copy, 'ready'))) return ready;
  const draft = `${copy}.new-${process.pid}-${Date.now()}`;
  await mkdir(cache, { recursive: true, mode: 0o755 });
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await makeLinks(draft);
  await mkdir(path.join(draft, 'ready'));
  await rename(draft, copy).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // else another process was faster
  });
  return ready;
}

/** True when every link is there, made now or before; false when the folder cannot be written. */
async function makeLinks(native: string): Promise<boolean> {
  const list = path.join(native, 'pg-symlinks.json');
  if (!(await isThere(list))) return true;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = path.join(path.dirname(native), target).replace(path.join(path.dirname(native), 'native'), native);
    if (await isThere(at)) continue;
    const to = path.relative(path.dirname(target), source);
    try {
      await symlink(to, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw error;
    }
  }
  return true;
}

function isThere(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(() => true, () => false);
}
