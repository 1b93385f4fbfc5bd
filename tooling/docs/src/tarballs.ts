import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withNeeds, type Published } from './packages.ts';
import { mustRun } from './program.ts';

/** Package name → its tarball. */
export type Tarballs = ReadonlyMap<string, string>;

/** Builds what changed since the last build, then packs every package as it would be published. */
export async function packAll(root: string, published: readonly Published[], folder: string): Promise<Tarballs> {
  const turbo = path.join(root, 'node_modules/turbo/bin/turbo');
  await mustRun(process.execPath, [turbo, 'run', 'build', '--filter=./packages/*', '--filter=./apps/*', '--output-logs=errors-only'], { cwd: root, timeoutMs: 300_000 });
  mkdirSync(folder, { recursive: true });
  const packed = new Map<string, string>();
  for (const each of published) {
    // Built already; the script that builds before packing would do it a second time.
    await mustRun('pnpm', ['pack', '--config.ignore-scripts=true', '--pack-destination', folder], { cwd: path.join(root, each.folder) });
    const file = `${each.name.replace('@', '').replace('/', '-')}-${each.version}.tgz`;
    if (!readdirSync(folder).includes(file)) throw new Error(`Expected pnpm to pack ${each.name} as ${file}, found ${readdirSync(folder).join(', ')}.`);
    packed.set(each.name, path.join(folder, file));
  }
  return packed;
}

/**
 * Installs packages from their tarballs into an empty folder, as a user does with npm.
 * @param names packages of this workspace; what they need of it comes from tarballs, too
 * @param more packages from the registry, as `name@range`
 */
export async function installTarballs(folder: string, names: readonly string[], tarballs: Tarballs, published: readonly Published[], more: readonly string[] = []): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => `file:${tarballs.get(name) ?? ''}`;
  const direct = Object.fromEntries(names.map((name) => [name, file(name)]));
  const needed = withNeeds(names, published).filter((name) => !names.includes(name));
  const overrides = Object.fromEntries(needed.map((name) => [name, file(name)]));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: direct, overrides }, null, 2));
  await mustRun('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', '--prefer-offline', ...more], { cwd: folder, timeoutMs: 300_000 });
}
