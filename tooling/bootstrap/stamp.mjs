import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './workspace.mjs';

const file = path.join(root, 'node_modules', '.bootstrap.json');

/**
 * What the installed dependencies depend on, as one hash: the lockfile, the settings and every manifest, by content, and the
 * platform they were installed for (a clone may be mounted into a container).
 */
export function workspaceKey() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests()]) {
    const full = path.join(root, name);
    hash.update(`\0${name}\0`).update(existsSync(full) ? readFileSync(full) : '');
  }
  return hash.digest('hex');
}

function manifests() {
  return ['packages', 'apps', 'tooling'].flatMap((folder) => {
    const full = path.join(root, folder);
    const names = existsSync(full) ? readdirSync(full).sort() : [];
    return names.map((name) => `${folder}/${name}/package.json`).filter((name) => existsSync(path.join(root, name)));
  });
}

/**
 * What the last finished installation left, or null: none, or one that was broken off.
 * @returns {{ key: string, pnpm: string } | null}
 */
export function readStamp() {
  try {
    const { key, pnpm } = JSON.parse(readFileSync(file, 'utf8'));
    const program = path.join(root, pnpm); // kept relative, so that a clone may be moved
    return existsSync(path.join(root, 'node_modules', '.modules.yaml')) && existsSync(program) ? { key, pnpm: program } : null;
  } catch {
    return null; // absent or unreadable: both mean that the installation has to be done
  }
}

/** Taken away before an installation begins, so that half of one is never mistaken for a whole. */
export function removeStamp() {
  rmSync(file, { force: true });
}

/** @param {{ key: string, pnpm: string }} stamp */
export function writeStamp({ key, pnpm }) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ key, pnpm: path.relative(root, pnpm) }));
  renameSync(`${file}.${process.pid}`, file);
}
