import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { builtInProfiles } from '@1688/sources';
import { filledFields } from './filled-fields.ts';

const filled = await filledFields();

/** Field → column in the first table of each section. */
async function documented(file: string): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const text = await readFile(new URL(`../../../docs/reference/${file}`, import.meta.url), 'utf8');
  const sections = text.split(/^## `/m).slice(1);
  return new Map(sections.map((section) => {
    const rows = [...section.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| [^|]+ \| [^|]* \|$/gm)].map((row) => [row[1]!, row[2]!] as const);
    return [section.slice(0, section.indexOf('`')), new Map(rows)];
  }));
}

describe.each(['profiles.md', 'profiles.zh-CN.md'])('%s', (file) => {
  test('has a section for each built-in profile and no other', async () => {
    expect([...(await documented(file)).keys()].toSorted()).toEqual(builtInProfiles.map(({ name }) => name).toSorted());
  });

  test.each(builtInProfiles.map(({ name }) => name))('lists the very fields that %s fills from its fixtures', async (name) => {
    const rows = (await documented(file)).get(name);

    expect([...(rows?.keys() ?? [])].toSorted()).toEqual([...(filled.get(name) ?? [])].toSorted());
  });
});

test('both languages name the same columns, each of which the schema has', async () => {
  const [english, chinese] = [await documented('profiles.md'), await documented('profiles.zh-CN.md')];
  const schema = await readFile(new URL('../../db/src/migrations/0001-initial.ts', import.meta.url), 'utf8');

  expect(english).toEqual(chinese);
  for (const column of [...english.values()].flatMap((rows) => [...rows.values()])) {
    const [table, name = ''] = column.split('.');
    const body = new RegExp(`create table :schema:\\.${table} \\(([^]*?)\\n\\)`).exec(schema)?.[1];
    expect(body, column).toBeDefined();
    if (name !== '') expect(body).toMatch(new RegExp(`^\\s+${name} `, 'm'));
  }
});
