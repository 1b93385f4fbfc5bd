import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { emptyDatabase, testDatabase } from '@1688/vitest';
import { openPictureHost } from './picture-host.ts';
import { runProgram, type Ended } from './program.ts';
import type { Block } from './readme.ts';

const fixtures = path.resolve(import.meta.dirname, '../fixtures');

/** What the blocks of one README find: the addresses they take from `process.argv`, and files where they run. */
interface Setting {
  readonly database?: 'empty' | 'migrated';
  /** Pictures on a host, as that many addresses. */
  readonly pictures?: number;
  /** Files of `fixtures/`, as paths. */
  readonly files?: readonly string[];
  /** Files of `fixtures/` that lie in the folder the block runs in. */
  readonly beside?: readonly string[];
}

const settings: Readonly<Record<string, Setting>> = {
  'packages/db': { database: 'empty' },
  'packages/db-embedded': {},
  'packages/catalog': { database: 'migrated', files: ['products.csv'] },
  'packages/sources': { files: ['products.csv'] },
  'packages/images': { pictures: 4 },
  'packages/backup': { database: 'migrated' },
  'packages/watch': { database: 'migrated' },
  'packages/consistency': { database: 'migrated' },
  'packages/mirror': { pictures: 0, beside: ['商品.xlsx'] },
};

/**
 * Runs one block as its reader would, in a folder of its own.
 * @param start arguments of node up to the program
 * @param folder is made; removing it is the caller's business
 */
export async function runBlock(block: Block, start: readonly string[], folder: string, node = process.execPath): Promise<Ended> {
  const setting = settings[path.dirname(block.readme)] ?? {};
  mkdirSync(folder, { recursive: true });
  for (const name of setting.beside ?? []) copyFileSync(path.join(fixtures, name), path.join(folder, name));
  await using host = await openPictureHost();
  await using database = setting.database === 'migrated' ? await testDatabase() : await emptyDatabase();
  const pictures = Array.from({ length: setting.pictures ?? 0 }, (_, index) => host.url(index + 1));
  const files = (setting.files ?? []).map((name) => path.join(fixtures, name));
  const given = [...(setting.database ? [database.url] : []), ...pictures, ...files];
  const far = setting.pictures === undefined ? [] : ['--import', path.join(import.meta.dirname, 'far-side.mjs')];
  // Awaited here: the database and the host must outlive the program.
  return await runProgram(node, ['--disable-warning=ExperimentalWarning', ...far, ...start, ...given], { cwd: folder, env: { ...readerEnvironment(), ...host.env } });
}

/** Without what would tell the program that it runs in a test. */
function readerEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST_|NODE_ENV|NODE_OPTIONS|NODE_V8|DATABASE_URL|DB_|DATA_DIR)/.test(name)));
}
