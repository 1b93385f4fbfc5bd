import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** One package of the workspace. */
export interface Member {
  /** Relative to the root, such as `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Its source and test files, relative to the root. */
  readonly files: readonly string[];
}

export const scope = '@1688/';

/** All packages and apps below `root`; the tools are not part of what is published and not looked at. */
export function readWorkspace(root: string): Member[] {
  const folders = globSync('{packages,apps}/*', { cwd: root }).filter((folder) => existsSync(path.join(root, folder, 'package.json')));
  return folders.toSorted().map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Manifest,
    files: globSync(`${folder}/{src,test,bin}/**/*.{ts,tsx,mts,js,mjs}`, { cwd: root, exclude: ['**/node_modules/**', '**/fixtures/**'] }).toSorted(),
  }));
}

/** `@scope/name` or `name` of an import that is not relative. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

export function isTestFile(file: string): boolean {
  return /\.test\.tsx?$/.test(file) || /^\w+\/[^/]+\/test\//.test(file);
}
