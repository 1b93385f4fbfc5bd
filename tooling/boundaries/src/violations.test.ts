import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findViolations } from './violations.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** A workspace of two sound packages and an app in a temporary folder, with `files` put over it. */
function aWorkspace(files: Record<string, string>): { root: string } & Disposable {
  const folder = mkdtempSync(path.join(tmpdir(), 'boundaries-'));
  const manifest = (name: string, dependencies: Record<string, string>): string =>
    JSON.stringify({ name: `@1688/${name}`, exports: { '.': './src/index.ts', './package.json': './package.json' }, dependencies });
  const sound = {
    'packages/core/package.json': manifest('core', { zod: '^4' }),
    'packages/core/src/index.ts': `export { a } from './a.ts';`,
    'packages/core/src/a.ts': `import { z } from 'zod';\nexport const a = z.string();`,
    'packages/db/package.json': manifest('db', { '@1688/core': 'workspace:^', knex: '^3', pg: '^8' }),
    'packages/db/src/index.ts': `export { open } from './open.ts';`,
    'packages/db/src/open.ts': `import { a } from '@1688/core';\nimport knex from 'knex';\nexport const open = [a, knex];`,
    'apps/cli/package.json': manifest('cli', { '@1688/core': 'workspace:^', commander: '^15' }),
    'apps/cli/src/main.ts': `import { a } from '@1688/core';\nconsole.log(process.env['LANG'], a);`,
  };
  for (const [name, text] of Object.entries({ ...sound, ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return { root: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

describe('the arrows between packages', () => {
  test('no file of this workspace breaks one', () => {
    expect(findViolations(root)).toEqual([]);
  });

  test('a sound workspace has no violation', () => {
    using workspace = aWorkspace({});

    expect(findViolations(workspace.root)).toEqual([]);
  });

  const broken: [name: string, files: Record<string, string>, violation: string][] = [
    ['an import against the arrow', { 'packages/core/src/a.ts': `import { open } from '@1688/db';` }, 'packages/core/src/a.ts:1 packages/core may not import @1688/db'],
    ['an import only for a type', { 'packages/core/src/a.ts': `\nimport type { Db } from '@1688/db';` }, 'packages/core/src/a.ts:2 packages/core may not import @1688/db'],
    ['a type that is imported where it is used', { 'packages/core/src/a.ts': `export type A = import('@1688/db').Db;` }, 'packages/core/src/a.ts:1 packages/core may not import @1688/db'],
    ['a dynamic import', { 'packages/core/src/a.ts': `export const a = () => import('@1688/db');` }, 'packages/core/src/a.ts:1 packages/core may not import @1688/db'],
    ['a dynamic import with a template', { 'packages/core/src/a.ts': 'export const a = () => import(`@1688/db`);' }, 'packages/core/src/a.ts:1 packages/core may not import @1688/db'],
    ['a required module', { 'packages/core/src/a.ts': `export const a = require('@1688/db');` }, 'packages/core/src/a.ts:1 packages/core may not import @1688/db'],
    ['a re-export against the arrow', { 'packages/core/src/index.ts': `export { open } from '@1688/db';` }, 'packages/core/src/index.ts:1 packages/core may not import @1688/db'],
    ['a package that imports an app', { 'packages/db/src/open.ts': `import { run } from '@1688/cli';` }, 'packages/db/src/open.ts:1 packages/db may not import @1688/cli'],
    ['an app that goes round mirror', { 'apps/cli/src/main.ts': `import { open } from '@1688/db';` }, 'apps/cli/src/main.ts:1 apps/cli may not import @1688/db'],
    ['a test that imports against the arrow', { 'packages/core/src/a.test.ts': `import { open } from '@1688/db';` }, 'packages/core/src/a.test.ts:1 packages/core may not import @1688/db'],
    ['a library that the package may not use', { 'packages/core/src/a.ts': `import sharp from 'sharp';` }, 'packages/core/src/a.ts:1 packages/core may not import sharp'],
    ['a library of which only types may be used', { 'packages/catalog/package.json': `{ "name": "@1688/catalog", "devDependencies": { "@types/pg": "*" } }`, 'packages/catalog/src/a.ts': `import type { Client } from 'pg';\nimport pg from 'pg';` }, 'packages/catalog/src/a.ts:2 packages/catalog may not import pg'],
    ['a library that is not declared', { 'packages/db/src/open.ts': `import { Model } from 'objection';` }, 'packages/db/src/open.ts:1 objection is not in the dependencies of packages/db'],
    ['a dependency that the package may not have', { 'packages/core/package.json': `{ "name": "@1688/core", "exports": { ".": "" }, "dependencies": { "zod": "^4", "knex": "^3" } }` }, 'packages/core/package.json may not depend on knex'],
    ['an optional dependency that the package may not have', { 'packages/core/package.json': `{ "name": "@1688/core", "exports": { ".": "" }, "dependencies": { "zod": "^4" }, "optionalDependencies": { "@1688/db": "*" } }` }, 'packages/core/package.json may not depend on @1688/db'],
    ['an import past an exports map', { 'packages/db/src/open.ts': `import { a } from '@1688/core/src/a.ts';` }, 'packages/db/src/open.ts:1 "@1688/core/src/a.ts" reaches past the exports of @1688/core'],
    ['an import by path out of the package', { 'packages/db/src/open.ts': `import { a } from '../../core/src/a.ts';` }, 'packages/db/src/open.ts:1 "../../core/src/a.ts" leaves the package: import what the other one exports'],
    ['a source that imports a test', { 'packages/db/src/open.ts': `import './open.test.ts';` }, 'packages/db/src/open.ts:1 "./open.test.ts" is a test'],
    ['a package that is not in the drawing', { 'packages/extra/package.json': `{ "name": "@1688/extra" }` }, 'packages/extra is not in the drawing: add it to tooling/boundaries/src/arrows.ts'],
    ['a disk in core', { 'packages/core/src/a.ts': `import { readFile } from 'node:fs/promises';` }, 'packages/core/src/a.ts:1 core touches nothing: no node:fs/promises'],
    ['a clock in core', { 'packages/core/src/a.ts': `export const a = () => new Date();` }, 'packages/core/src/a.ts:1 new Date(): core takes the clock and everything else as an argument'],
    ['the environment in a package', { 'packages/db/src/open.ts': `export const open = process.env['HOME'];` }, 'packages/db/src/open.ts:1 process.env: only mirror/src/load-config.ts reads the environment'],
    ['the environment through an import', { 'packages/db/src/open.ts': `import { env } from 'node:process';` }, 'packages/db/src/open.ts:1 node:process: only mirror/src/load-config.ts reads the environment'],
    ['printing in a package', { 'packages/db/src/open.ts': `console.warn('闲置');` }, 'packages/db/src/open.ts:1 console.warn: packages do not print'],
    ['export star', { 'packages/db/src/index.ts': `export * from './open.ts';` }, 'packages/db/src/index.ts:1 export * hides what is public: name each export'],
    ['a default export', { 'apps/cli/src/main.ts': `export default 1;` }, 'apps/cli/src/main.ts:1 no default export: names are the same everywhere'],
    ['a default export by another name', { 'apps/cli/src/main.ts': `const a = 1;\nexport { a as default };` }, 'apps/cli/src/main.ts:2 no default export: names are the same everywhere'],
    ['a re-export outside of index.ts', { 'packages/db/src/open.ts': `export { a } from '@1688/core';` }, 'packages/db/src/open.ts:1 only index.ts re-exports, not "@1688/core" here'],
    ['a skipped test', { 'packages/db/src/open.test.ts': `import { test } from 'vitest';\ntest.skip('later', () => {});` }, 'packages/db/src/open.test.ts:2 test.skip: a test is never skipped'],
    ['a module of Node without its prefix', { 'packages/db/src/open.ts': `import fs from 'fs';` }, 'packages/db/src/open.ts:1 "fs" is written "node:fs"'],
  ];

  test.each(broken)('%s is found', (_name, files, violation) => {
    using workspace = aWorkspace(files);

    expect(findViolations(workspace.root)).toContain(violation);
  });

  test('mirror may read the environment where it loads the configuration, and nowhere else', () => {
    using workspace = aWorkspace({
      'packages/mirror/package.json': `{ "name": "@1688/mirror" }`,
      'packages/mirror/src/load-config.ts': `export const config = process.env;`,
      'packages/mirror/src/flows/import.ts': `export const config = process.env;`,
    });

    expect(findViolations(workspace.root)).toEqual(['packages/mirror/src/flows/import.ts:1 process.env: only mirror/src/load-config.ts reads the environment']);
  });
});
