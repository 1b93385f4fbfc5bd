import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileBlocks } from '../src/compile.ts';
import { publishedPackages } from '../src/packages.ts';
import { readmeBlocks } from '../src/readme.ts';

/** Types only, against the sources, so that it is quick; packed.full.test.ts runs every block with what a user installs. */
const root = path.resolve(import.meta.dirname, '../../..');
const blocks = readmeBlocks(root);
const published = publishedPackages(root);
let folder = '';
let wrong = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'docs-'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  for (const scope of ['@1688', '@types']) mkdirSync(path.join(folder, 'node_modules', scope), { recursive: true });
  for (const each of published) symlinkSync(path.join(root, each.folder), path.join(folder, 'node_modules', each.name));
  symlinkSync(path.join(root, 'node_modules/@types/node'), path.join(folder, 'node_modules/@types/node'));
  wrong = await compileBlocks(blocks, folder, { typescript: path.join(root, 'node_modules/typescript'), sources: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('every package says what it is for', () => {
  test.each(published)('$name has a README with a licence and a word on Alibaba', ({ folder: where }) => {
    const readme = path.join(root, where, 'README.md');

    expect(existsSync(readme), `${where}/README.md is missing`).toBe(true);
    expect(readFileSync(readme, 'utf8')).toMatch(/MIT[^]*Not affiliated with Alibaba|Not affiliated with Alibaba[^]*MIT/);
  });

  test.each(published.filter((each) => each.folder.startsWith('packages/')))('$name shows a program', ({ folder: where }) => {
    expect(blocks.map((block) => path.dirname(block.readme))).toContain(where);
  });
});

describe('a block of a README', () => {
  test.each(blocks)('$readme:$line has the right types', ({ name }) => {
    expect(wrong.get(name)).toBeUndefined();
  });
});
