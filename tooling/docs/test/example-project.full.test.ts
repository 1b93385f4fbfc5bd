import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emptyDatabase } from '@1688/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishedPackages } from '../src/packages.ts';
import { openPictureHost } from '../src/picture-host.ts';
import { runProgram } from '../src/program.ts';
import { installTarballs, packAll } from '../src/tarballs.ts';

/** The example as its reader has it: copied out of the clone, with packed packages, on a database of its own. */
const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'project-'));
const project = path.join(folder, 'project');
const names = ['catalog', 'core', 'db', 'images', 'sources', 'storage'].map((name) => `@1688/${name}`);

beforeAll(async () => {
  const published = publishedPackages(root);
  const tarballs = await packAll(root, published.filter(({ name }) => names.includes(name)), path.join(folder, 'tarballs'));
  await installTarballs(project, names, tarballs, published, ['pg@^8', '@types/pg@^8', '@types/node@^24', 'typescript@^7']);
  cpSync(path.join(root, 'docs/examples/pictures-in-postgres'), project, { recursive: true, filter: (file) => !file.endsWith('package.json') });
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the project has the right types', async () => {
  const ended = await runProgram(process.execPath, [path.join(project, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: project });

  expect(ended.code, ended.output).toBe(0);
});

test('its backend keeps the contract', { timeout: 180_000 }, async () => {
  await using database = await emptyDatabase();

  const ended = await runProgram(process.execPath, ['--disable-warning=ExperimentalWarning', 'contract.ts', database.url], { cwd: project });

  expect(ended.code, ended.output).toBe(0);
  expect(ended.output.match(/^ok /gm)?.length).toBeGreaterThan(40);
});

test('it imports a table and keeps the pictures of what it finds, once', { timeout: 180_000 }, async () => {
  await using database = await emptyDatabase();
  await using host = await openPictureHost();
  const program = ['--disable-warning=ExperimentalWarning', '--import', path.join(root, 'tooling/docs/src/far-side.mjs'), 'mirror.ts', database.url, path.join(root, 'tooling/docs/fixtures/products.csv')];

  const first = await runProgram(process.execPath, [...program, '连衣裙'], { cwd: project, env: { ...process.env, ...host.env } });
  const second = await runProgram(process.execPath, [...program, '连衣裙'], { cwd: project, env: { ...process.env, ...host.env } });

  expect(first.output).toMatch(/^\d+ created, 0 updated, 0 unchanged, 0 rejected\nsha256\/[\da-f/]+\.png 240 × 240\n$/);
  expect(second.output).toMatch(/^0 created, 0 updated, \d+ unchanged, 0 rejected\nsha256/);
});
