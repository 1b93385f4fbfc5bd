import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '@1688/core';

/**
 * Writes an empty migration `NNNN-words.ts`, numbered after the last one of the folder; add it to your list by name. The first of a
 * folder gets 9001, as yours come after ours, which count from 0001.
 * @param name small Latin words joined by hyphens, such as `add-brand`
 * @returns the path of the new file
 * @throws ARGUMENT_INVALID
 */
export async function newMigration(name: string, directory: string): Promise<string> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new SyncError('ARGUMENT_INVALID', `Expected a migration name of small letters, digits and hyphens such as add-brand, received ${JSON.stringify(name)}.`);
  }
  await mkdir(directory, { recursive: true });
  const numbers = (await readdir(directory)).map((file) => Number(/^(\d{4})-.*\.ts$/.exec(file)?.[1] ?? 0));
  const number = String((Math.max(0, ...numbers) || 9_000) + 1).padStart(4, '0');
  const file = path.join(directory, `${number}-${name}.ts`);
  await writeFile(file, template(`${number}-${name}`, name), { flag: 'wx' });
  return file;
}

function template(fullName: string, name: string): string {
  const constant = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return `import type { Migration } from '@1688/db';

/** :schema: stands for the quoted name of the schema. Never changes after release. */
export const ${constant}: Migration = {
  name: '${fullName}',
  up: \`
\`,
  down: null,
};
`;
}
