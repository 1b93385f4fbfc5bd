#!/usr/bin/env node
/**
 * Entry of every npm script of the workspace: `node tooling/bootstrap/run.mjs ws:NAME ARGS…` runs the script `ws:NAME` of the root
 * package.json with ARGS as they are; `pnpm ARGS…` runs the workspace's pnpm. Needs Node 18 and npm, nothing else: what is missing (a newer Node, pnpm, dependencies) is
 * fetched once into `.toolchain/` and `node_modules/`. Everything it has to say goes to stderr; warm, it says nothing.
 */
import { endBy, Interrupted, run } from './child.mjs';
import { scriptCommand } from './command.mjs';
import { commandEnvironment } from './environment.mjs';
import { readStamp, workspaceKey } from './stamp.mjs';
import { hostNode, ownNode } from './node.mjs';
import { root, say } from './workspace.mjs';

const [name = '', ...args] = process.argv.slice(2);

try {
  await (name === 'pnpm' ? pnpm() : script());
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
  if (error instanceof Interrupted) endBy(error.signal);
}

async function script() {
  const command = scriptCommand(name, args);
  const key = workspaceKey();
  const stamp = readStamp();
  const node = hostNode() ?? ownNode();
  // Loaded only when something is missing: a warm start should cost nothing.
  const tools = node && stamp?.key === key ? { node, pnpm: stamp.pnpm } : await (await import('./prepare.mjs')).prepare();
  await run(tools.node, command.args, { cwd: command.cwd, env: commandEnvironment(process.env, tools) });
}

/** Without an installation before it, since this is how the lockfile is brought up to date. */
async function pnpm() {
  const tools = await (await import('./prepare.mjs')).prepareTools();
  await run(tools.pnpm, args, { cwd: root, env: commandEnvironment(process.env, tools) });
}
