import { memoryBackend } from '@1688/storage';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { createBackup, verifyBackup } from '../src/index.ts';
import { addProducts, keysOf } from './fixture.ts';

test('a changed row costs its difference, and every backup still reads alone', async () => {
  await using database = await testDatabase();
  const repository = memoryBackend();
  await addProducts(database.db, 1, 4_000);
  await database.db.knex.raw(`update sync1688.products set attributes = (select jsonb_agg(md5(random()::text || n)) from generate_series(1, 20) as n where products.id > 0)`);
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const full = await createBackup(target, { repository, name: 'full' });
  await database.db.knex.raw(`update sync1688.products set price_min = 1 where id % 1000 = 7`);

  const small = await createBackup(target, { repository, name: 'small' });

  expect(small.bytesNew).toBeLessThan(full.bytesNew / 50);
  expect(small.bytesTotal).toBeGreaterThan(full.bytesTotal * 0.9);
  expect(await verifyBackup({ repository, name: 'small', level: 'drill', db: database.db })).toMatchObject({ ok: true });
});

test('the base of a delta that is gone is named at the level of names and lengths, and the next backup stores the rows again', async () => {
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  await addProducts(database.db, 1, 2_000);
  await createBackup(target, { repository, name: 'full' });
  const bases = await keysOf(repository, 'packs/');
  await database.db.knex.raw(`update sync1688.products set price_min = 1 where id = 7`);
  await createBackup(target, { repository, name: 'delta' });

  for (const key of bases) await repository.delete(key);
  const { damaged } = await verifyBackup({ repository, name: 'delta', level: 'list' });
  const healed = await createBackup(target, { repository, name: 'healed' });

  expect(damaged.map((each) => each.object)).toEqual(expect.arrayContaining(bases));
  expect(healed.status).toBe('complete');
  expect(await verifyBackup({ repository, name: 'healed', level: 'read' })).toMatchObject({ ok: true });
});
