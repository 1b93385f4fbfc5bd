import { openDatabase } from '@1688/db';
import { memoryBackend } from '@1688/storage';
import { emptyDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { applyRestore, createBackup, planRestore, undoRestore, verifyBackup, type FileReferences, type Manifest } from '../src/index.ts';
import { unseal } from '../src/sealed-json.ts';
import { bytesOf, keysOf, sha256, values } from './fixture.ts';
import { foreignSchema, foreignSchemaSql } from './foreign-schema.ts';

test('a schema that is none of ours comes back with everything that is built over its rows', async () => {
  await using database = await emptyDatabase();
  await using db = await openDatabase(database.url);
  await db.knex.raw(foreignSchemaSql);
  const target = { db, schema: foreignSchema, files: memoryBackend() };
  const repository = memoryBackend();
  const manifest = async (seq: number): Promise<Manifest> => unseal('', await bytesOf(repository, `snapshots/0000000${seq}.json`)) as Manifest;

  await createBackup(target, { repository, name: 'one' });
  const applied = await applyRestore(await planRestore(target, { repository, name: 'one' }));
  await db.knex.raw(`update "Shop ""甲""".palette set hex = '#00ff00' where colour = 'green'; delete from "Shop ""甲""".scratch where line = 'first'`);
  const changed = await planRestore(target, { repository, name: 'one' });
  await undoRestore(applied);
  const plan = await planRestore(target, { repository, name: 'one' });
  await applyRestore(plan);
  await createBackup(target, { repository, name: 'two' });

  expect(changed.differences).toEqual([{ table: 'palette', onlyLive: 0, onlyBackup: 0, changed: 1 }, { table: 'scratch', onlyLive: 0, onlyBackup: 1, changed: 0 }]);
  expect(plan.differences).toEqual([]);
  const [one, two] = [await manifest(1), await manifest(2)];
  expect(two.schema).toEqual(one.schema);
  expect(two.tables).toEqual(one.tables);
  expect(two.sequences).toEqual(one.sequences);
  expect(JSON.stringify(two.schema.preData) + JSON.stringify(two.schema.postData)).not.toContain('甲');
  const s = '"Shop ""甲"""';
  expect(await values(db, `insert into ${s}.customers (name) values ('x') returning id, loud, number`)).toEqual([{ id: 4, loud: 'X!', number: 22 }]);
  expect(await values(db, `insert into ${s}.orders (region, customer_id, total) values ('x', 4, 20) returning id, colour`)).toEqual([{ id: '120', colour: '红' }]);
  expect(await values(db, `update ${s}.customers set name = 'y' where id = 4 returning created_at`)).toEqual([{ created_at: new Date('2026-02-02T00:00:00Z') }]);
  expect(await values(db, `select ${s}.total_of(4) as total`)).toEqual([{ total: '20.00' }]);
  expect(await values(db, `select count(*)::int as count from pg_indexes where schemaname = 'Shop "甲"' and tablename like 'log%'`)).toEqual([{ count: 3 }]);
});

test('files are found through the columns that are named, or under a prefix', async () => {
  await using database = await emptyDatabase();
  await using db = await openDatabase(database.url);
  const files = memoryBackend();
  for (const name of ['a', 'b', 'c']) await files.put(`uploads/${name}.png`, `bytes of ${name}`);
  await files.put('uploads/copy of a.png', 'bytes of a');
  await files.put('other/x', 'x');
  await db.knex.raw(`create schema cms; create table cms.pages (id int primary key, picture text, hash bytea, size int);
    insert into cms.pages values (1, 'uploads/a.png', '\\x${sha256('bytes of a')}', 10), (2, 'uploads/b.png', '\\x${sha256('bytes of b')}', 10), (3, null, null, null)`);
  const choices: readonly (readonly [FileReferences | undefined, string[]])[] = [
    [undefined, []],
    [[], []],
    [[{ table: 'pages', keyColumn: 'picture' }], ['bytes of a', 'bytes of b']],
    [[{ table: 'pages', keyColumn: 'picture', sha256Column: 'hash', sizeColumn: 'size' }], ['bytes of a', 'bytes of b']],
    [{ prefix: 'uploads/' }, ['bytes of a', 'bytes of b', 'bytes of c']],
  ];

  for (const [fileReferences, wanted] of choices) {
    const repository = memoryBackend();
    await createBackup({ db, schema: 'cms', files }, { repository, name: 'cms', ...(fileReferences ? { fileReferences } : {}) });

    expect((await keysOf(repository, 'blobs/')).map((key) => key.slice(-64)).toSorted()).toEqual(wanted.map(sha256).toSorted());
    expect(await verifyBackup({ repository, name: 'cms', level: 'read' })).toMatchObject({ ok: true });
  }
  const wrong = createBackup({ db, schema: 'cms', files }, { repository: memoryBackend(), fileReferences: [{ table: 'pages', keyColumn: 'nope' }] });
  await expect(wrong).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('a file that was changed after the backup is put back, and undoing brings the newer one again', async () => {
  await using database = await emptyDatabase();
  await using db = await openDatabase(database.url);
  await db.knex.raw(`create schema cms; create table cms.pages (id int primary key, picture text); insert into cms.pages values (1, 'logo.png')`);
  const target = { db, schema: 'cms', files: memoryBackend() };
  const repository = memoryBackend();
  await target.files.put('logo.png', 'first');
  await createBackup(target, { repository, name: 'one', fileReferences: [{ table: 'pages', keyColumn: 'picture' }] });
  await target.files.put('logo.png', 'newer');

  const plan = await applyRestore(await planRestore(target, { repository, name: 'one' }));
  expect((await bytesOf(target.files, 'logo.png')).toString()).toBe('first');
  await undoRestore(plan);

  expect((await bytesOf(target.files, 'logo.png')).toString()).toBe('newer');
  expect(await keysOf(target.files)).toEqual(['logo.png']);
});
