import { migrate, migrateDown, migrations } from '@1688/db';
import { fileBackend, memoryBackend } from '@1688/storage';
import { testDatabase } from '@1688/vitest';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyRestore, createBackup, dropRestore, planRestore, verifyBackup } from '../src/index.ts';
import { addPictures, addProducts, values } from './fixture.ts';

test('the backup after a restore holds what is live then, and one of before the restore still restores', async () => {
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  const titles = (schema = 'sync1688'): Promise<object[]> => values(database.db, `select source_id, title from "${schema}".products order by id`);
  await addProducts(database.db, 1, 200);
  const old = await titles();
  await createBackup(target, { repository, name: 'old' });
  await database.db.knex.raw(`update sync1688.products set title = '新标题' where id % 2 = 0; delete from sync1688.products where id % 5 = 0`);
  const newer = await titles();
  await createBackup(target, { repository, name: 'newer' });
  await applyRestore(await planRestore(target, { repository, name: 'old' }));
  await addProducts(database.db, 900, 910);

  const after = await createBackup(target, { repository, name: 'after' });

  expect(after).toMatchObject({ status: 'complete', verified: true, kind: 'incremental' });
  for (const [name, rows] of [['old', old], ['newer', newer], ['after', await titles()]] as const) {
    const plan = await planRestore(target, { repository, name });
    expect(await titles(plan.beside), name).toEqual(rows);
    await dropRestore(plan);
  }
});

test('a queue that lies in a schema of its own is neither backed up nor brought back', async () => {
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  await database.db.knex.raw(`create schema queue; create table queue.job (id int primary key, state text); insert into queue.job values (1, 'created')`);
  await createBackup(target, { repository, name: 'nightly' });
  await database.db.knex.raw(`update queue.job set state = 'completed'`);

  await applyRestore(await planRestore(target, { repository, name: 'nightly' }));

  expect(await values(database.db, 'select state from queue.job')).toEqual([{ state: 'completed' }]);
});

test('a backup of each of the last migrations is restored and migrated forward', async () => {
  const known = migrations.map((each) => each.name).toSorted();
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  await addProducts(database.db, 1, 20);
  const taken: string[] = [];
  for (const to of known.slice(-4, -1).toReversed()) {
    await migrateDown(database.db, { to });
    await createBackup(target, { repository, name: to });
    taken.push(to);
  }

  for (const name of taken) {
    await applyRestore(await planRestore(target, { repository, name }));
    const { done, current } = await migrate(database.db);

    expect([done[0], current], name).toEqual([known[known.indexOf(name) + 1], known.at(-1)]);
    expect(await values(database.db, 'select count(*)::int as n from sync1688.products')).toEqual([{ n: 20 }]);
  }
});

test('a live table that the server can no longer read does not stand in the way of the restore', async () => {
  await using database = await testDatabase();
  const target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  const repository = memoryBackend();
  await addProducts(database.db, 1, 50);
  await createBackup(target, { repository, name: 'nightly' });
  // Its file is gone, as after a disk failed.
  await database.db.knex.raw(`update pg_class set relfilenode = 4000000000 where oid = 'sync1688.products'::regclass`);

  await expect(createBackup(target, { repository, name: 'of a damaged table' })).rejects.toMatchObject({ code: 'DB_CORRUPT' });
  const plan = await planRestore(target, { repository, name: 'nightly' });
  await applyRestore(plan);

  expect(plan.differences).toEqual([{ table: 'products', onlyLive: 0, onlyBackup: 50, changed: 0 }]);
  expect(await values(database.db, 'select count(*)::int as n from sync1688.products')).toEqual([{ n: 50 }]);
  expect(await verifyBackup({ repository, name: 'nightly', level: 'read' })).toMatchObject({ ok: true });
});

test('a repository whose list of files leads out of the storage brings no file there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outside-'));
  await using database = await testDatabase();
  // A storage that takes any key, as an attacker with a hand-made repository would have used.
  const careless = memoryBackend();
  const [picture] = await addPictures(database.db, careless, 1, 1);
  for (const key of ['../outside.jpg', '/etc/outside.jpg', 'a/../../outside.jpg']) {
    await database.db.knex.raw('update sync1688.image_objects set key = ?', [key]);
    const files = { ...careless, head: () => careless.head(picture?.key ?? ''), get: () => careless.get(picture?.key ?? '') };
    const repository = memoryBackend();
    await createBackup({ db: database.db, schema: 'sync1688', files }, { repository, name: 'crafted' });
    const target = { db: database.db, schema: 'sync1688', files: fileBackend(join(folder, 'images')) };

    await expect(planRestore(target, { repository, name: 'crafted' }), key).rejects.toMatchObject({ code: 'STORAGE_KEY' });
    await expect(access(join(folder, 'outside.jpg'))).rejects.toMatchObject({ code: 'ENOENT' });
  }
  await rm(folder, { recursive: true, force: true });
});
