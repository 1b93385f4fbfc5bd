import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formats } from './pictures.ts';

const packageDirectory = path.resolve(import.meta.dirname, '..');
let directory: string;

/** A program of somebody else, in one file with all it imports but sharp, which is no JavaScript alone. */
async function bundle(name: string, entry: Readonly<Record<string, string>>): Promise<string> {
  const outDir = path.join(directory, name);
  await build({
    entry: { ...entry }, outDir, config: false, silent: true, format: ['esm'], target: 'node22', dts: false, splitting: false, outExtension: () => ({ js: '.js' }),
    external: ['sharp'], noExternal: [/^(?!sharp$)/], tsconfig: path.join(packageDirectory, 'tsconfig.json'),
    banner: { js: 'import { createRequire as bannerRequire } from "node:module"; const require = bannerRequire(import.meta.url);' },
    esbuildOptions: (options) => { options.conditions = ['@1688/source']; },
  });
  return path.join(outDir, 'main.js');
}

function run(file: string, how: string): { readonly output: string; readonly status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, how, path.join(directory, 'picture.jpg')], { encoding: 'utf8', timeout: 60_000, cwd: directory });
  return { output: `${stdout}${stderr}`.trim(), status };
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), '1688-bundled-'));
  await mkdir(path.join(directory, 'node_modules'));
  await symlink(path.join(packageDirectory, 'node_modules', 'sharp'), path.join(directory, 'node_modules', 'sharp'));
  await writeFile(path.join(directory, 'package.json'), '{"type":"module"}');
  await writeFile(path.join(directory, 'picture.jpg'), await formats.jpeg());
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a bundled program', () => {
  const consumer = path.join(import.meta.dirname, 'bundled-consumer.ts');
  const decoderChild = path.join(packageDirectory, 'src', 'decoder-child.ts');

  test('decodes in its own process, and in children whose program is bundled beside it', async () => {
    const main = await bundle('both', { main: consumer, 'decoder-child': decoderChild });

    for (const how of ['inline', 'child']) expect(run(main, how), how).toEqual({ output: '320x240 thumbnail,compressed', status: 0 });
  });

  test('is told what to do where the program of the children is missing', async () => {
    const main = await bundle('alone', { main: consumer });

    expect(run(main, 'inline')).toEqual({ output: '320x240 thumbnail,compressed', status: 0 });
    expect(run(main, 'child')).toEqual({ output: expect.stringMatching(/^FEATURE_UNAVAILABLE .*decoder-child\.js beside your bundle/), status: 0 });
  });
});
