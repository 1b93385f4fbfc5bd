import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from './child.mjs';
import { installEnvironment } from './environment.mjs';
import { toolchain } from './workspace.mjs';

const unfinished = 'unfinished-';

/**
 * Installs one npm package, without running its scripts, into a folder of the toolchain; there whole or not at all.
 * @param {string} name of the folder
 * @param {string} spec package and version
 * @returns {Promise<string>} the folder
 */
export async function fetchTool(name, spec) {
  const folder = path.join(toolchain, name);
  if (existsSync(folder)) return folder;
  const part = path.join(toolchain, `${unfinished}${name}`);
  mkdirSync(part, { recursive: true });
  writeFileSync(path.join(part, 'package.json'), '{ "private": true }');
  const code = await npm(['install', '--ignore-scripts', '--include=optional', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error', '--no-progress', '--no-update-notifier', '--force', '--global=false', `--prefix=${part}`, spec], part);
  if (code !== 0) throw new Error(`npm could not install ${spec} (exit code ${code}); see above.`);
  renameSync(part, folder);
  return folder;
}

/** What a killed process left. Only to be called under the lock. */
export function removeLeftovers() {
  for (const name of readdirSync(toolchain)) {
    if (name.startsWith(unfinished)) rmSync(path.join(toolchain, name), { recursive: true, force: true });
  }
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  const env = installEnvironment(process.env, [path.dirname(process.execPath)]);
  const beside = path.resolve(path.dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const cli = [process.env['npm_execpath'] ?? '', beside].find((each) => each.endsWith('npm-cli.js') && existsSync(each));
  return cli ? runQuietly(process.execPath, [cli, ...args], { cwd, env }) : runQuietly('npm', args, { cwd, env });
}
