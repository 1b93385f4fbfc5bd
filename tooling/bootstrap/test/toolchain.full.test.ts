import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ownNodePath } from '../node.mjs';
import { aClone } from './a-clone.ts';

/** The host's Node is made to look too old by a build without TypeScript; the rest is the real thing, over the network. */
test('Node and pnpm are fetched whole, and installed dependencies work without a home folder', { timeout: 240_000 }, async () => {
  using clone = aClone();
  rmSync(path.join(clone.root, '.toolchain'), { recursive: true });
  clone.write('package.json', JSON.stringify({ packageManager: 'pnpm@12.21.0', type: 'module', scripts: { 'ws:test': 'node probe.mjs' } }));
  clone.write('pnpm-workspace.yaml', 'packages: [packages/*]\npmOnFail: ignore\n');
  clone.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n");

  const [one, two] = await Promise.all([clone.start(['ws:test', 'one'], old), clone.start(['ws:test', 'two'], old)]);
  const version = spawnSync(ownNodePath(path.join(clone.root, '.toolchain/node-24')), ['--version'], { encoding: 'utf8' });

  expect([one.code, two.code], one.stderr + two.stderr).toEqual([0, 0]);
  expect(JSON.parse(one.stdout)).toMatchObject({ args: ['one'] });
  expect(version.stdout).toMatch(/^v24\./);
});

const old = { env: { ...process.env, HOME: '', NODE_OPTIONS: '--no-experimental-strip-types' } };
