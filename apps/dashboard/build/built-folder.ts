import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const home = path.resolve(import.meta.dirname, '..');
/** Not in dist, which the build for publishing empties and npm packs. */
const folders = path.join(home, '.built');
const kept = 3;

/** The folder with what vite makes of the sources as they are now; each state of them is built once. */
export async function builtFolder(): Promise<string> {
  const folder = path.join(folders, await sourceHash());
  if (existsSync(folder)) return folder;
  await mkdir(folders, { recursive: true });
  const unfinished = `${folder}.${process.pid}`;
  // Its own process: vite takes NODE_ENV, memory and signal handlers as if it were alone.
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'vite-build.ts'), unfinished], { env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' } });
  await rename(unfinished, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // another process was faster otherwise
  });
  await forgetOld(folder);
  return folder;
}

async function sourceHash(): Promise<string> {
  const names = ['package.json', 'index.html', ...globSync('{src,build,files,public}/**/*.{ts,tsx,css,svg}', { cwd: home }).toSorted()];
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0`).update(await readFile(path.join(home, name))).update('\0');
  return hash.digest('hex').slice(0, 16);
}

async function forgetOld(newest: string): Promise<void> {
  const names = (await readdir(folders)).filter((name) => !name.includes('.') && name !== path.basename(newest));
  for (const name of names.slice(0, Math.max(0, names.length - kept))) await rm(path.join(folders, name), { recursive: true, force: true });
}
