import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from './child.mjs';
import { installEnvironment } from './environment.mjs';
import { withLock } from './lock.mjs';
import { hostNode, nodePackage, nodeRange, ownNode, ownNodePath } from './node.mjs';
import { fetchTool, removeLeftovers } from './npm-tool.mjs';
import { pnpmProgram } from './pnpm.mjs';
import { readStamp, removeStamp, workspaceKey, writeStamp } from './stamp.mjs';
import { root, say, toolchain } from './workspace.mjs';

/**
 * Fetches what is missing. Of several processes that start at once one does the work and the others wait for it.
 * @returns {Promise<{ node: string, pnpm: string }>} paths of the two programs
 */
export function prepare() {
  return alone(async () => {
    const node = await nodeProgram();
    const key = workspaceKey(); // again: another process may have finished meanwhile
    const stamp = readStamp();
    const pnpm = stamp?.key === key ? stamp.pnpm : await install(node, key);
    return { node, pnpm };
  });
}

/** The two programs without the dependencies. */
export function prepareTools() {
  return alone(async () => ({ node: await nodeProgram(), pnpm: await pnpmProgram() }));
}

/**
 * @template T
 * @param {() => Promise<T>} work
 */
function alone(work) {
  makeToolchain();
  return withLock(path.join(toolchain, 'lock'), () => {
    removeLeftovers();
    return work();
  });
}

async function nodeProgram() {
  return hostNode() ?? ownNode() ?? (await fetchNode());
}

function makeToolchain() {
  try {
    mkdirSync(toolchain, { recursive: true });
    for (const folder of [root, toolchain]) accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Error(`Cannot write to ${root} (${/** @type {Error} */ (error).message}). Run this as the owner of the clone, or clone it to a folder of your own.`, { cause: error });
  }
}

async function fetchNode() {
  say(`Node ${process.versions.node} is older than this workspace needs: fetching Node ${nodeRange} for it alone, once`);
  const name = nodePackage();
  const folder = await fetchTool(`node-${nodeRange}`, `${name}@${nodeRange}`);
  const program = ownNodePath(folder);
  if ((await runQuietly(program, ['--eval', ''], { cwd: root, env: process.env })) !== 0) {
    throw new Error(`The Node of the npm package ${name} does not run on this machine. Install Node 22.19 or newer yourself.`);
  }
  return program;
}

/**
 * @param {string} node
 * @param {string} key
 */
async function install(node, key) {
  const pnpm = await pnpmProgram();
  say('installing dependencies');
  removeStamp();
  const env = installEnvironment(process.env, [path.dirname(node), path.dirname(pnpm)]);
  const code = await runQuietly(pnpm, ['install', '--frozen-lockfile'], { cwd: root, env: { ...env, CI: 'true' } });
  if (code !== 0) throw new Error(`pnpm install ended with ${code}; see above. After a change to a package.json, bring the lockfile up to date first: npm run pnpm -- install`);
  writeStamp({ key, pnpm });
  return pnpm;
}
