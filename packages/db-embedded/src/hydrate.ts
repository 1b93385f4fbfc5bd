import { randomUUID } from 'node:crypto';
import { access, chmod, constants, cp, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { giveAllTo, giveTo, starts, type Account } from './account.ts';
import { engineMissing, type PostgresPrograms } from './find-postgres.ts';

/**
 * The first of these programs that really starts here under the account. The npm package lists links between its libraries, which
 * npm cannot carry and which its install script would make; they are made here, or in a copy below `cache` when the package cannot
 * be written, or the account cannot reach it.
 * @throws DB_ENGINE_MISSING when none starts
 */
export async function readyToRun(candidates: readonly PostgresPrograms[], account: Account, cache: string): Promise<PostgresPrograms> {
  for (const programs of candidates) {
    const isLinked = programs.source !== 'npm' || (await makeLinks(path.dirname(programs.bin)));
    if (isLinked && startsHere(programs, account)) return programs;
    if (programs.source !== 'npm' || (isLinked && !account.owner)) continue;
    const copy = await copyInto(cache, programs, account);
    if (startsHere(copy, account)) return copy;
  }
  throw engineMissing(`${candidates.map(({ bin }) => bin).join(', ')}, which cannot be started`);
}

function startsHere({ bin }: PostgresPrograms, account: Account): boolean {
  return starts(account, [path.join(bin, 'postgres'), '--version']);
}

/** The copy appears whole: it is made beside and renamed, and whoever comes second takes the first one's. */
async function copyInto(cache: string, programs: PostgresPrograms, { owner }: Account): Promise<PostgresPrograms> {
  const copy = path.join(cache, `postgresql-${programs.version.text}`);
  const ready = { ...programs, bin: path.join(copy, 'bin') };
  if (await isThere(copy)) return ready;
  const draft = `${copy}.new-${randomUUID()}`;
  try {
    await mkdir(cache, { recursive: true, mode: 0o700 });
    await giveTo(owner, cache);
    await cp(path.dirname(programs.bin), draft, { recursive: true, verbatimSymlinks: true });
    await makeWritable(draft);
    await makeLinks(draft);
    await giveAllTo(owner, draft);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await isThere(copy))) throw error; // else another process was faster
  }
  return ready;
}

/** A package that nobody may write is copied with its modes. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(path.join(folder, entry.name));
  }
}

/** True when every link is there, made now or before; false when the folder cannot be written. */
async function makeLinks(native: string): Promise<boolean> {
  const list = path.join(native, 'pg-symlinks.json');
  if (!(await isThere(list))) return true;
  // Both as `native/lib/libpq.so.5`, from the package's root.
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const inside = path.relative('native', target);
    if (inside.startsWith('..') || path.isAbsolute(inside)) continue; // not in its own folder: not made
    try {
      await symlink(path.relative(path.dirname(target), source), path.join(native, inside));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return isThere(path.join(native, inside));
      throw error;
    }
  }
  return true;
}

function isThere(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(() => true, () => false);
}
