import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileBlocks } from '../src/compile.ts';
import { publishedPackages } from '../src/packages.ts';
import { runProgram } from '../src/program.ts';
import { readmeBlocks } from '../src/readme.ts';
import { runBlock } from '../src/stage.ts';
import { installTarballs, packAll, type Tarballs } from '../src/tarballs.ts';

/** What users get: packed, installed with npm into an empty folder outside of the workspace, run without any condition. */
const root = path.resolve(import.meta.dirname, '../../..');
const bin = path.join(root, 'node_modules/.bin');
const published = publishedPackages(root);
const blocks = readmeBlocks(root);
const folder = mkdtempSync(path.join(tmpdir(), 'packed-'));
const together = path.join(folder, 'together');
const typings = ['@types/node@^24', 'typescript@^7'];
let tarballs: Tarballs;
let wrong = new Map<string, string>();

beforeAll(async () => {
  tarballs = await packAll(root, published, path.join(folder, 'tarballs'));
  await installTarballs(together, published.map(({ name }) => name), tarballs, published, typings);
  wrong = await compileBlocks(blocks, together, { typescript: path.join(together, 'node_modules/typescript') });
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('all packages installed together', () => {
  test.each(blocks)('$readme:$line has the right types', ({ name }) => {
    expect(wrong.get(name)).toBeUndefined();
  });

  test.each(blocks)('$readme:$line runs', { timeout: 120_000 }, async (block) => {
    const ended = await runBlock(block, [path.join(together, 'out', `${block.name}.js`)], path.join(together, 'run', block.name));

    expect(ended.code, ended.output).toBe(0);
  });
});

describe('a package installed alone', () => {
  test.each(published)('$name: what its README says holds', { timeout: 400_000 }, async ({ name, folder: where }) => {
    const alone = path.join(folder, 'alone', where);
    const own = blocks.filter((block) => path.dirname(block.readme) === where);
    const named = [...new Set([name, ...own.flatMap((block) => block.imports)])];
    await installTarballs(alone, named, tarballs, published, typings);

    const complaints = await compileBlocks(own, alone, { typescript: path.join(alone, 'node_modules/typescript') });
    const ended = await Promise.all(own.map((block) => runBlock(block, [path.join(alone, 'out', `${block.name}.js`)], path.join(alone, 'run', block.name))));

    expect([...complaints.values()]).toEqual([]);
    expect(ended.filter(({ code }) => code !== 0).map(({ output }) => output)).toEqual([]);
  });

  test.each(published)('$name: publint and attw find nothing', { timeout: 120_000 }, async ({ name }) => {
    const tarball = tarballs.get(name) ?? '';

    const publint = await runProgram(path.join(bin, 'publint'), [tarball, '--strict'], { cwd: folder });
    const attw = await runProgram(path.join(bin, 'attw'), [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color'], { cwd: folder });

    expect(publint.code, publint.output).toBe(0);
    expect(attw.code, attw.output).toBe(0);
  });
});
