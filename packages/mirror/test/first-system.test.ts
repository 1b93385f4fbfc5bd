import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as backup from '@1688/backup';
import * as catalog from '@1688/catalog';
import * as consistency from '@1688/consistency';
import * as core from '@1688/core';
import * as db from '@1688/db';
import * as images from '@1688/images';
import * as sources from '@1688/sources';
import * as storage from '@1688/storage';
import * as storageContract from '@1688/storage/contract';
import { describe, expect, test } from 'vitest';
import * as mirror from '../src/index.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const file = path.join(root, 'docs/reference/first-system.md');
const page = readFileSync(file, 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| It had')).map((line) => line.split(' | '));
const ours = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));

const packages: Readonly<Record<string, object>> = {
  '@1688/backup': backup, '@1688/catalog': catalog, '@1688/consistency': consistency, '@1688/core': core, '@1688/db': db, '@1688/images': images,
  '@1688/mirror': mirror, '@1688/sources': sources, '@1688/storage': storage, '@1688/storage/contract': storageContract,
};

/** What a name's call makes: repositories touch the database only when a method is called. */
async function made(from: string, name: string): Promise<object> {
  if (name === 'openImageStore') return images.openImageStore({ storage: storage.memoryBackend() });
  const factory = (packages[from] as Record<string, unknown>)[name];
  expect(factory, `${from} ${name}`).toBeTypeOf('function');
  return (factory as (connection: object) => object)({});
}

describe('what the first system had', () => {
  test('is told in a table of every line', () => {
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.every((cells) => cells.length === 2)).toBe(true);
  });

  test.each([...new Set(ours.filter((each) => each.startsWith('@1688/')))])('%s exists', async (named) => {
    const [from = '', name = ''] = named.split(' ');
    const [exported = '', method] = name.split('().');
    expect(Object.keys(packages), named).toContain(from);

    const value: unknown = method === undefined ? (packages[from] as Record<string, unknown>)[exported] : (await made(from, exported) as Record<string, unknown>)[method];

    expect(value, named).toBeDefined();
  });

  test('has every command that the table names', () => {
    const folder = path.join(root, 'apps/cli/src/commands');
    const names = readdirSync(folder).flatMap((each) => [...readFileSync(path.join(folder, each), 'utf8').matchAll(/^ {2}name: '([^']+)'/gm)].map((match) => match[1] ?? ''));
    const known = [...names, ...['status', 'up', 'down', 'new', 'check'].map((action) => `migrate ${action}`)];
    const told = ours.filter((each) => each.startsWith('1688sync ')).map((each) => each.slice('1688sync '.length));

    expect(told.filter((each) => !known.includes(each))).toEqual([]);
    expect(told.length).toBeGreaterThan(25);
  });

  test('has every setting that the table names', () => {
    const told = ours.filter((each) => /^[A-Z][A-Z_]+$/.test(each));

    expect(told.filter((each) => !(mirror.variableNames as readonly string[]).includes(each))).toEqual([]);
    expect(told.length).toBeGreaterThan(12);
  });

  test('has every page and script that the table names', () => {
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? '');
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

    expect(links.filter((link) => !existsSync(path.resolve(path.dirname(file), link)))).toEqual([]);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['test', 'coverage']));
  });
});
