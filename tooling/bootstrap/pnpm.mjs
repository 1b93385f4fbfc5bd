import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fetchTool } from './npm-tool.mjs';
import { root, say, toolchain } from './workspace.mjs';

/** Path of the pnpm that package.json pins, fetched when it is not there. One on the PATH is not used: its version is anybody's. */
export async function pnpmProgram() {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const [, version] = /^pnpm@([^+]+)/.exec(packageManager) ?? [];
  if (!version) throw new Error(`Expected "packageManager" of package.json to be pnpm@VERSION, received ${JSON.stringify(packageManager)}.`);
  const folder = path.join(toolchain, `pnpm-${version}`);
  if (!existsSync(folder)) {
    say(`fetching pnpm ${version}, once`);
    await fetchTool(`pnpm-${version}`, `pnpm@${version}`);
  }
  return nativeProgram(folder);
}

/**
 * pnpm 12 is a native program in a platform package. The one beside it that starts it would need an install script.
 * @param {string} folder
 */
function nativeProgram(folder) {
  const scope = path.join(folder, 'node_modules', '@pnpm');
  const platform = existsSync(scope) ? readdirSync(scope).find((name) => name.startsWith('exe.')) : undefined;
  if (!platform) throw new Error(`npm installed no pnpm for ${process.platform}-${process.arch}: optional dependencies must not be left out.`);
  return path.join(scope, platform, process.platform === 'win32' ? 'pnpm.exe' : 'pnpm');
}
