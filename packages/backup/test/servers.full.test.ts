// needs: postgresql-15
import { migrate, openDatabase, type Database } from '@1688/db';
import { memoryBackend } from '@1688/storage';
import { startPostgres } from '@1688/vitest';
import { expect, test } from 'vitest';
import { applyRestore, createBackup, planRestore, verifyBackup } from '../src/index.ts';
import { addPictures, addProducts, keysOf, values } from './fixture.ts';
import { foreignSchema, foreignSchemaSql } from './foreign-schema.ts';

const rowsOf = (db: Database): Promise<object[]> => values(db, 'select id, source_id, title, price_min, attributes, created_at from sync1688.products order by id');

test.each([['15', '18'], ['18', '15']])('a backup of PostgreSQL %s comes back on %s, ours and a foreign schema, with equal hashes', { timeout: 180_000 }, async (from, to) => {
  await using cleanUp = new AsyncDisposableStack();
  const [older, newer] = await Promise.all([startPostgres({ postgres: from }), startPostgres({ postgres: to })]);
  cleanUp.use(older);
  cleanUp.use(newer);
  const [a, b] = [cleanUp.use(await openDatabase(older.url)), cleanUp.use(await openDatabase(newer.url))];
  await migrate(a);
  await addProducts(a, 1, 2_000);
  await a.knex.raw(foreignSchemaSql);
  const files = memoryBackend();
  await addPictures(a, files, 1, 3);
  const repository = memoryBackend();
  const restoredFiles = memoryBackend();
  await createBackup({ db: a, schema: 'sync1688', files }, { repository, name: 'ours' });
  await createBackup({ db: a, schema: foreignSchema, files: memoryBackend() }, { repository, name: 'foreign', fileReferences: [] });

  await applyRestore(await planRestore({ db: b, schema: 'sync1688', files: restoredFiles }, { repository, name: 'ours' }));
  await applyRestore(await planRestore({ db: b, schema: foreignSchema, files: memoryBackend() }, { repository, name: 'foreign' }));

  expect(await rowsOf(b)).toEqual(await rowsOf(a));
  expect(await keysOf(restoredFiles)).toHaveLength(3);
  for (const name of ['ours', 'foreign']) expect(await verifyBackup({ repository, name, level: 'drill', db: b })).toMatchObject({ ok: true });
  expect(await createBackup({ db: b, schema: 'sync1688', files: restoredFiles }, { repository, name: 'after' })).toMatchObject({ verified: true, status: 'complete' });
});
