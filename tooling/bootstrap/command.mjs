import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './workspace.mjs';

/** These work on the caller's files, so they run where the caller stands; all others run at the root. */
const atCaller = new Set(['ws:cli', 'ws:demo', 'ws:bench']);

/**
 * What `node` is to be started with for a script `node WORDS…` of the root package.json. No shell is involved: words are split at
 * blanks, those that name a file of the workspace become absolute, `args` follow untouched.
 * @param {string} name
 * @param {readonly string[]} args
 * @returns {{ args: string[], cwd: string }}
 */
export function scriptCommand(name, args) {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const [program, ...words] = String(scripts?.[name] ?? '').split(' ');
  if (!name.startsWith('ws:') || program !== 'node' || words.length === 0) {
    const known = Object.keys(scripts ?? {}).filter((each) => each.startsWith('ws:'));
    throw new Error(`Expected one of ${known.join(', ')}, received "${name}".`);
  }
  const located = words.map((word) => (!word.startsWith('-') && existsSync(path.join(root, word)) ? path.join(root, word) : word));
  return { args: [...located, ...args], cwd: atCaller.has(name) ? callerFolder(process.env, process.cwd()) : root };
}

/**
 * Where the user stood. npm starts scripts at the root and keeps the user's folder in INIT_CWD; started by hand, the folder is our own.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cwd
 */
export function callerFolder(env, cwd) {
  const said = env['INIT_CWD'];
  return cwd === root && said && existsSync(said) ? said : cwd;
}
