import { memoryBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBackup, listRestorePlans, planRestore, verifyBackup, type BackupTarget } from '../src/index.ts';
import { addPictures, addProducts, bytesOf, keysOf } from './fixture.ts';
import { classes, harms, swap } from './harms.ts';
import { places, repositoryAt } from './places.ts';

let database: TestDatabase;
let target: BackupTarget;

beforeEach(async () => {
  database = await testDatabase();
  target = { db: database.db, schema: database.db.schema, files: memoryBackend() };
  await addPictures(database.db, target.files, 1, 3);
  await addProducts(database.db, 1, 300);
});

afterEach(() => database[Symbol.asyncDispose]());

/** Two backups, so that every kind of file is there at least twice. */
const names = ['first', 'second'];

describe.each(places)('a repository %s', (_, open) => {
  test('finds and names every file that is flipped, cut, deleted or swapped, and no restore begins', { timeout: 180_000 }, async () => {
    await using place = await open();
    const repository = repositoryAt(place.address('good'));
    for (const name of names) {
      await createBackup(target, { repository, name });
      await database.db.knex.raw('update sync1688.products set price_min = price_min + 1 where id % 50 = 1');
      await addPictures(database.db, target.files, 10 + names.indexOf(name), 10 + names.indexOf(name));
    }
    const needy = { ...target, files: memoryBackend() };
    for (const prefix of classes) {
      for (const key of (await keysOf(repository, prefix)).slice(0, 3)) {
        const bytes = await bytesOf(repository, key);
        for (const [harm, inflict] of [...harms, ['swapped', swap] as const]) {
          if ((await inflict(repository, key)) === false) continue;
          const results = await Promise.all(names.map((name) => verifyBackup({ repository, name, level: 'read' }).catch((error: Error) => error)));

          const told = results.flatMap((each) => (each instanceof Error ? [each.message] : each.damaged.map(({ object }) => object)));
          // A manifest that is gone tells of nothing any more: its backup is not found.
          expect(told.some((text) => text.includes(key) || (prefix === 'snapshots/' && harm === 'deleted')), `${harm} ${key}: ${told.join(', ')}`).toBe(true);
          for (const [at, name] of names.entries()) {
            const result = results[at];
            if (result && !(result instanceof Error) && result.ok) continue; // this backup does not need the file
            await expect(planRestore(needy, { repository, name }), `${harm} ${key}`).rejects.toMatchObject({ code: expect.stringMatching(/^BACKUP_(DAMAGED|NOT_FOUND)$/) });
          }
          await repository.put(key, bytes);
        }
      }
    }

    expect(await listRestorePlans(target)).toEqual([]);
    for (const name of names) expect(await verifyBackup({ repository, name, level: 'read' })).toMatchObject({ ok: true });
  });
});
