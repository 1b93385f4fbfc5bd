// needs: zstd jq age postgresql-client
import { fileBackend, type StorageBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBackup, newBackupKey, withEncryption } from '../src/index.ts';
import { addPictures, addProducts, keysOf, values } from './fixture.ts';

const run = promisify(execFile);

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rescue-'));
  database = await testDatabase();
  await addPictures(database.db, fileBackend(join(folder, 'images')), 1, 3);
  await addProducts(database.db, 1, 4_000);
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function changedTwice(repository: StorageBackend): Promise<void> {
  const target = { db: database.db, schema: 'sync1688', files: fileBackend(join(folder, 'images')) };
  await createBackup(target, { repository, name: 'first' });
  for (const name of ['second', 'third']) {
    await database.db.knex.raw(`update sync1688.products set title = title || ? where id % 500 = 1`, [` ${name}`]);
    await createBackup(target, { repository, name });
  }
}

describe('rescue.sh', () => {
  test('brings a backup of deltas back with zstd and psql alone, pictures too', async () => {
    const repository = fileBackend(join(folder, 'backups'));
    await changedTwice(repository);
    const [out, pictures] = [join(folder, 'out'), join(folder, 'pictures')];

    await run('sh', [join(folder, 'backups', 'rescue.sh'), 'snapshots/00000003.json', 'rescued', out], { env: { ...process.env, PICTURES: pictures } });
    await run('psql', ['-q', database.url, '-f', 'restore.sql'], { cwd: out });

    expect(await values(database.db, 'select count(*)::int as rows from sync1688.products join rescued.products using (id, title, created_at)')).toEqual([{ rows: 4_000 }]);
    expect(await values(database.db, 'select count(*)::int as rows from rescued.products')).toEqual([{ rows: 4_000 }]);
    expect(await keysOf(fileBackend(pictures))).toHaveLength(3);
  });

  test('names what is damaged and writes no restore.sql', async () => {
    const repository = fileBackend(join(folder, 'damaged'));
    await changedTwice(repository);
    const place = join(folder, 'damaged', 'snapshots', '00000001.json');
    await writeFile(place, (await readFile(place, 'utf8')).replace('"first"', '"forth"'));

    await expect(run('sh', [join(folder, 'damaged', 'rescue.sh'), 'snapshots/00000001.json', 'rescued', join(folder, 'none')])).rejects.toMatchObject({ stderr: expect.stringContaining('damaged: snapshots/00000001.json') });
    expect(existsSync(join(folder, 'none', 'restore.sql'))).toBe(false);
  });

  test('opens an encrypted repository with the age tool and the key', async () => {
    const { key } = await newBackupKey();
    const place = join(folder, 'secret');
    await changedTwice(withEncryption(fileBackend(place), { key }));
    await writeFile(join(folder, 'age.key'), `${key}\n`);
    const [out, pictures] = [join(folder, 'secret-out'), join(folder, 'secret-pictures')];

    await run('sh', [join(place, 'rescue.sh'), 'snapshots/00000003.json', 'opened', out], { env: { ...process.env, AGE_KEY: join(folder, 'age.key'), PICTURES: pictures } });
    await run('psql', ['-q', database.url, '-f', 'restore.sql'], { cwd: out });

    expect(await values(database.db, 'select count(*)::int as rows from sync1688.products join opened.products using (id, title, created_at)')).toEqual([{ rows: 4_000 }]);
    expect(await keysOf(fileBackend(pictures))).toHaveLength(3);
    expect(existsSync(join(out, 'repository.key'))).toBe(false);
  });
});
