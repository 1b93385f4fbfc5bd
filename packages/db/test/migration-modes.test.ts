import { emptyDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { migrate, migrations, openDatabase, type Database, type Migration } from '../src/index.ts';

const refill: Migration = {
  name: '9001-refill',
  mode: 'batches',
  up: `with part as (select id from :schema:.products where id > :after: order by id limit :rows:),
    refilled as (update :schema:.products p set subtitle = 'refilled' from part where p.id = part.id and p.subtitle is null)
    select max(id) as last from part`,
  down: '',
};
const uniqueTitles: Migration = { name: '9001-titles', mode: 'index', up: 'create unique index products_titles on :schema:.products (title);', down: 'drop index :schema:.products_titles;' };

async function insertProducts(db: Database, count: number, title: string): Promise<void> {
  await db.knex.raw(`insert into sync1688.products (source_id, title) select ? || n, ? || n % ? from generate_series(1, ?) n`, [title, title, count, count]);
}

test('a migration in batches reaches every row, is no single transaction, and goes on after it was stopped', async () => {
  await using database = await emptyDatabase();
  await using db = await openDatabase(database.url);
  await migrate(db);
  await insertProducts(db, 5_000, '商品');
  await db.knex.raw("create table public.batches (at bigint); create function public.note() returns trigger language plpgsql as $$ begin insert into public.batches values (txid_current()); return null; end $$");
  await db.knex.raw('create trigger note after update on sync1688.products for each statement execute function public.note()');
  await db.knex.raw("alter table sync1688.products add constraint stop check (subtitle is null or source_id <> '商品4500')");

  await expect(migrate(db, { migrations: [...migrations, refill] })).rejects.toMatchObject({ code: 'MIGRATE_FAILED' });
  const stopped = await filled(db);
  await db.knex.raw('alter table sync1688.products drop constraint stop');
  const { done } = await migrate(db, { migrations: [...migrations, refill] });

  expect(stopped).toBe(4_000);
  expect(done).toEqual(['9001-refill']);
  expect(await filled(db)).toBe(5_000);
  const { rows } = await db.knex.raw<{ rows: { count: string }[] }>('select count(distinct at) from public.batches');
  expect(Number(rows[0]?.count)).toBeGreaterThanOrEqual(3);
});

async function filled(db: Database): Promise<number> {
  const { rows } = await db.knex.raw<{ rows: { count: string }[] }>("select count(*) from sync1688.products where subtitle = 'refilled'");
  return Number(rows[0]?.count);
}

test('an index is made while others write, and one that failed half-way is made anew', async () => {
  await using database = await emptyDatabase();
  await using db = await openDatabase(database.url);
  await migrate(db);
  await insertProducts(db, 100, '商品');
  await db.knex.raw("update sync1688.products set title = '商品1' where source_id = '商品2'");
  const all = [...migrations, uniqueTitles];

  await expect(migrate(db, { migrations: all })).rejects.toMatchObject({ code: 'MIGRATE_FAILED', hint: expect.stringContaining('does no harm') });
  await db.knex.raw("update sync1688.products set title = '商品2' where source_id = '商品2'");
  const writer = await db.knex.transaction();
  await writer.raw("insert into sync1688.products (source_id, title) values ('late', '晚到')");
  const work = migrate(db, { migrations: all });
  await db.knex.raw("insert into sync1688.products (source_id, title) values ('later', '更晚到')");
  await writer.commit();
  await work;

  const { rows } = await db.knex.raw<{ rows: { valid: boolean }[] }>("select indisvalid as valid from pg_index where indexrelid = 'sync1688.products_titles'::regclass");
  expect(rows).toEqual([{ valid: true }]);
});

test('a store of the version before gets the grams of this one, and keeps its products', async () => {
  await using database = await emptyDatabase();
  await using db = await openDatabase(database.url);
  await migrate(db, { to: '0001-initial' });
  const titles = ['手機殼 XK-2030a', '夏季,连衣裙', '100%纯棉'];
  for (const title of titles) await db.knex.raw('insert into sync1688.products (source_id, title, title_grams) values (?, ?, sync1688.grams(?))', [title, title, title]);

  await migrate(db);

  const { rows } = await db.knex.raw<{ rows: { title: string; right: boolean; grams: string[] }[] }>(
    'select title, title_grams = sync1688.grams(title) as right, tsvector_to_array(title_grams) as grams from sync1688.products order by id');
  expect(rows.map(({ title, right }) => [title, right])).toEqual(titles.map((title) => [title, true]));
  expect(rows[0]?.grams).toEqual(expect.arrayContaining(['手机', '机壳', '2030a', 'xk2030a', 'xk']));
  expect(rows[1]?.grams).toEqual(expect.arrayContaining(['季', ',', '连衣']));
  expect(rows[1]?.grams).not.toContain('季,');
});
