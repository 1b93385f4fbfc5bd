import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root, toolchain } from './workspace.mjs';

/** How to reach the registry is the user's business and is kept; the rest of what npm adds would mislead pnpm and the programs. */
const kept = /^npm_config_((https?_|no_?)?proxy|registry|cafile|ca|strict_ssl|userconfig|\/\/.*|@.*:registry)$/i;

/**
 * The caller's environment without what npm put into it.
 * @param {NodeJS.ProcessEnv} env
 */
export function withoutNpm(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)));
}

/**
 * For the command itself: our Node and pnpm come first on the PATH.
 * @param {NodeJS.ProcessEnv} env
 * @param {{ node: string, pnpm: string | undefined }} tools paths of the two programs
 */
export function commandEnvironment(env, { node, pnpm }) {
  const first = [path.dirname(node), ...(pnpm ? [path.dirname(pnpm)] : []), path.join(root, 'node_modules', '.bin')];
  return { ...withPath(withoutNpm(env), first), TURBO_TELEMETRY_DISABLED: '1' };
}

/**
 * For npm and pnpm while they install. Both need a home they can write to: without one they get a place in the toolchain.
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} first folders to put before the PATH
 */
export function installEnvironment(env, first) {
  const clean = withPath(withoutNpm(env), first);
  if (process.platform === 'win32' || writable(env['HOME'])) return clean;
  const home = path.join(toolchain, 'home');
  mkdirSync(home, { recursive: true });
  const elsewhere = Object.fromEntries(Object.entries(clean).filter(([name]) => !/^(XDG_|PNPM_HOME$)/.test(name)));
  return { ...elsewhere, HOME: home };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} first
 */
function withPath(env, first) {
  const name = Object.keys(env).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...env, [name]: [...first, env[name] ?? ''].join(path.delimiter) };
}

/** @param {string | undefined} folder */
function writable(folder) {
  if (!folder) return false;
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false; // absent or not ours: the answer is the same
  }
}
