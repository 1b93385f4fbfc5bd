import { openDatabase } from '@1688/db';
import { memoryBackend, type StorageBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyRestore, createBackup, dropRestore, findRestorePlan, listRestorePlans, planRestore, undoRestore, type BackupTarget } from '../src/index.ts';
import { seal, unseal } from '../src/sealed-json.ts';
import { addPictures, addProducts, bytesOf, keysOf, values, type Picture } from './fixture.ts';

let database: TestDatabase;
let target: BackupTarget;
let repository: StorageBackend;
let pictures: Picture[];

beforeEach(async () => {
  database = await testDatabase();
  target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  repository = memoryBackend();
  pictures = await addPictures(database.db, target.files, 1, 4);
  await addProducts(database.db, 1, 200);
  await createBackup(target, { repository, name: 'nightly' });
});

afterEach(() => database[Symbol.asyncDispose]());

const titles = (): Promise<{ title: string }[]> => values(database.db, 'select title from sync1688.products order by id');

describe('planRestore', () => {
  test('loads beside, tells the differences, and leaves the live data alone', async () => {
    await database.db.knex.raw(`update sync1688.products set title = '改了' where id <= 3; delete from sync1688.products where id in (7, 8)`);
    await addProducts(database.db, 201, 205);
    const before = await titles();

    const plan = await planRestore(target, { repository, name: 'nightly' });

    expect(plan.differences).toEqual([{ table: 'products', onlyLive: 5, onlyBackup: 2, changed: 3 }]);
    expect(plan).toMatchObject({ schema: 'sync1688', state: 'planned', images: 4, imagesToRestore: 0, backupName: 'nightly' });
    expect(await titles()).toEqual(before);
    expect(await values(database.db, `select 1 from "${plan.beside}".products`)).toHaveLength(200);
  });

  test('a backup with a migration that this version does not know is refused', async () => {
    const unknown = { repository, name: 'nightly', migrations: [{ name: '0000-older' }] };

    await expect(planRestore(target, unknown)).rejects.toMatchObject({ code: 'BACKUP_VERSION' });
  });

  test('a disk with too little room is told before anything is made', async () => {
    await expect(planRestore(target, { repository, name: 'nightly', freeBytes: 1_000 })).rejects.toMatchObject({ code: 'RESTORE_TARGET' });

    expect(await listRestorePlans(target)).toEqual([]);
  });

  test('a newer format is refused', async () => {
    const key = 'snapshots/00000001.json';
    const manifest = unseal(key, await bytesOf(repository, key)) as object;
    await repository.put(key, seal({ ...manifest, format: 2 }));

    await expect(planRestore(target, { repository, name: 'latest' })).rejects.toMatchObject({ code: 'BACKUP_VERSION' });
  });

  test('an unknown backup is told', async () => {
    await expect(planRestore(target, { repository, name: 'weekly' })).rejects.toMatchObject({ code: 'BACKUP_NOT_FOUND' });
    await expect(planRestore(target, { repository: memoryBackend(), name: 'nightly' })).rejects.toMatchObject({ code: 'BACKUP_NOT_FOUND' });
  });
});

describe('applyRestore', () => {
  test('switches, keeps the old data beside, and gives the store a new epoch and lineage', async () => {
    const [store] = await values<{ epoch: string; lineage: string }>(database.db, 'select epoch, lineage from sync1688.store');
    const before = await titles();
    await database.db.knex.raw(`delete from sync1688.products where id > 20`);

    const plan = await applyRestore(await planRestore(target, { repository, name: 'nightly' }));

    expect(plan).toMatchObject({ state: 'applied', beside: `sync1688_before_${plan.id}` });
    expect(await titles()).toEqual(before);
    expect(await values(database.db, `select 1 from "${plan.beside}".products`)).toHaveLength(20);
    const [now] = await values<{ epoch: string; lineage: string }>(database.db, 'select epoch, lineage from sync1688.store');
    expect(BigInt(now?.epoch ?? 0)).toBe(BigInt(store?.epoch ?? 0) + 1n);
    expect(now?.lineage).not.toBe(store?.lineage);
  });

  test('the restored tables go on where the old ones were: keys, sequences, foreign keys, functions', async () => {
    await applyRestore(await planRestore(target, { repository, name: 'nightly' }));

    await addProducts(database.db, 201, 201);

    expect(await values(database.db, 'select max(id)::int as id from sync1688.products')).toEqual([{ id: 201 }]);
    expect(await values(database.db, `select sync1688.fold('ＡＢ') as folded`)).toEqual([{ folded: 'ab' }]);
    await expect(database.db.knex.raw(`insert into sync1688.skus (product_id, source_id, position) values (999, 'x', 1)`)).rejects.toThrow(/foreign key/);
    await expect(addProducts(database.db, 5, 5)).rejects.toThrow(/unique|duplicate/);
  });

  test('puts back pictures that are missing or cut, and writes no good one', async () => {
    const [absent, cut, good] = pictures as [Picture, Picture, Picture];
    await target.files.delete(absent.key);
    await target.files.put(cut.key, cut.bytes.subarray(3));
    const plan = await planRestore(target, { repository, name: 'nightly' });
    const untouched = (await target.files.head(good.key))?.etag;

    await applyRestore(plan);

    expect(plan.imagesToRestore).toBe(2);
    for (const { key, bytes } of pictures) expect(await bytesOf(target.files, key)).toEqual(bytes);
    expect((await target.files.head(good.key))?.etag).toBe(untouched);
  });

  test('waits for a writer that holds the lock, and the writer loses nothing', async () => {
    const plan = await planRestore(target, { repository, name: 'nightly' });
    const order: string[] = [];
    await using other = await openDatabase(database.url);
    const writing = other.knex.transaction(async (trx) => {
      await trx.raw(`insert into sync1688.suppliers (source_id) values ('late')`);
      await trx.raw('select pg_sleep(0.4)');
      order.push('written');
    });
    await new Promise((resolve) => setTimeout(resolve, 150));

    const applied = await applyRestore(plan);
    order.push('switched');
    await writing;

    expect(order).toEqual(['written', 'switched']);
    expect(await values(database.db, `select source_id from "${applied.beside}".suppliers`)).toEqual([{ source_id: 'late' }]);
  });

  test('a plan is stale once another restore was applied', async () => {
    const [first, second] = [await planRestore(target, { repository, name: 'nightly' }), await planRestore(target, { repository, name: 'nightly' })];
    await applyRestore(first);

    await expect(applyRestore(second)).rejects.toMatchObject({ code: 'PLAN_STALE' });
    await expect(applyRestore(first)).rejects.toMatchObject({ code: 'PLAN_STALE' });
  });

  test('a backup of some tables is loaded to look at, never switched to', async () => {
    await createBackup(target, { repository, name: 'some', tables: ['products'] });

    const plan = await planRestore(target, { repository, name: 'some' });

    expect(await values(database.db, `select 1 from "${plan.beside}".products`)).toHaveLength(200);
    expect(plan.differences).toEqual([]);
    await expect(applyRestore(plan)).rejects.toMatchObject({ code: 'RESTORE_TARGET' });
  });

  test('what other schemas tie to ours stops the switch', async () => {
    await database.db.knex.raw('create schema reports; create view reports.cheap as select title from sync1688.products');
    const plan = await planRestore(target, { repository, name: 'nightly' });

    await expect(applyRestore(plan)).rejects.toMatchObject({ code: 'RESTORE_TARGET', message: expect.stringContaining('reports.cheap') });
    expect(await titles()).toHaveLength(200);
  });
});

describe('undoRestore', () => {
  test('goes back, in another process too, and the restore can be dropped then', async () => {
    await database.db.knex.raw(`update sync1688.products set title = '新的' where id = 1`);
    const before = await titles();
    const { id } = await applyRestore(await planRestore(target, { repository, name: 'nightly' }));
    await using elsewhere = await openDatabase(database.url);
    const found = await findRestorePlan({ ...target, db: elsewhere }, id);

    const undone = await undoRestore(found as NonNullable<typeof found>);

    expect(await titles()).toEqual(before);
    expect(await values(database.db, 'select epoch from sync1688.store')).toEqual([{ epoch: '3' }]);
    expect(undone.state).toBe('planned');
    await dropRestore(undone);
    expect(await listRestorePlans(target)).toEqual([]);
    await dropRestore(undone);
  });

  test('an applied restore is dropped only when it is said that the old data may go', async () => {
    const plan = await applyRestore(await planRestore(target, { repository, name: 'nightly' }));

    await expect(dropRestore(plan)).rejects.toMatchObject({ code: 'REFUSED' });
    await dropRestore(plan, { before: true });

    await expect(undoRestore(plan)).rejects.toMatchObject({ code: 'PLAN_STALE' });
    expect(await titles()).toHaveLength(200);
  });

  test('the comment that people gave the schema stays with it', async () => {
    await database.db.knex.raw(`comment on schema sync1688 is '商品库'`);
    const comment = (): Promise<object[]> => values(database.db, `select obj_description('sync1688'::regnamespace, 'pg_namespace') as comment`);

    const applied = await applyRestore(await planRestore(target, { repository, name: 'nightly' }));
    expect(await comment()).toEqual([{ comment: '商品库' }]);
    await undoRestore(applied);

    expect(await comment()).toEqual([{ comment: '商品库' }]);
  });
});

test('a backup restores into an empty database, with its pictures', async () => {
  await using other = await testDatabase();
  await other.db.knex.raw('drop schema sync1688 cascade');
  const files = memoryBackend();

  const plan = await planRestore({ db: other.db, schema: 'sync1688', files }, { repository, name: 'nightly' });
  await applyRestore(plan);

  expect(plan.imagesToRestore).toBe(4);
  expect(await keysOf(files)).toHaveLength(4);
  expect(await values(other.db, 'select title from sync1688.products order by id')).toEqual(await titles());
});
