#!/usr/bin/env node
// Plain JavaScript of an old kind on purpose: it must run, and speak clearly, on any Node.
import process from 'node:process';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`1688sync needs Node 22.19 or newer; this is Node ${process.versions.node}. Install a newer Node, or run: npx -y -p node@24 -p @1688/cli 1688sync\n`);
  process.exitCode = 1;
} else {
  const { runCli } = await import('../dist/index.js');
  process.exitCode = await runCli(process.argv.slice(2));
}
