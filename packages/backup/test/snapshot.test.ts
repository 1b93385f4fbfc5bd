import { openDatabase } from '@1688/db';
import { memoryBackend } from '@1688/storage';
import { emptyDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { applyRestore, createBackup, planRestore } from '../src/index.ts';
import { values } from './fixture.ts';

test('a backup shows one moment while others write, add and drop', async () => {
  await using database = await emptyDatabase();
  await using db = await openDatabase(database.url);
  await db.knex.raw(`create schema bank; create table bank.a (id int primary key, amount int not null); create table bank.b (id int primary key, amount int not null);
    insert into bank.a select n, 100 from generate_series(1, 2000) n; insert into bank.b select n, 100 from generate_series(1, 2000) n`);
  const target = { db, schema: 'bank', files: memoryBackend() };
  const repository = memoryBackend();
  const writing = new AbortController();
  let moved = 0;
  const writers = Array.from({ length: 3 }, async () => {
    while (!writing.signal.aborted) {
      const [from, to] = [1 + Math.floor(Math.random() * 2000), 1 + Math.floor(Math.random() * 2000)];
      await db.knex.raw('with gone as (update bank.a set amount = amount - 7 where id = ?) update bank.b set amount = amount + 7 where id = ?', [from, to]);
      moved += 1;
    }
  });

  for (const readers of [1, 2, 8]) await createBackup(target, { repository, name: `with ${readers} readers`, readers });
  writing.abort();
  await Promise.all(writers);

  expect(moved).toBeGreaterThan(20);
  for (const readers of [1, 2, 8]) {
    const plan = await planRestore(target, { repository, name: `with ${readers} readers` });
    const [sum] = await values<{ total: string }>(db, `select (select sum(amount) from "${plan.beside}".a) + (select sum(amount) from "${plan.beside}".b) as total`);
    expect(sum?.total).toBe('400000');
  }
});

test('values that text could lose come back exactly', async () => {
  await using database = await emptyDatabase();
  await using db = await openDatabase(database.url);
  await db.knex.raw(String.raw`create schema odd;
    create table odd.things (id bigint primary key, t text, j jsonb, n numeric, f float8, b bytea, at timestamptz, d date, i interval, list text[], flag boolean, r int4range, u uuid, x json, c char(3));
    insert into odd.things (id, t, j, n, f, b, at, d, i, list) values
      (-9223372036854775808, null, 'null', 'NaN', '-Infinity', '\x', 'infinity', '-infinity', '1 year -2 days 03:04:05.000006', '{}'),
      (-1, '', '1.10', 0.000, 0.1, '\x00ff5c0a0d', '2026-01-02 03:04:05.123456+08', '0044-03-15 BC', null, '{NULL,"",a\\b}'),
      (0, E'\t\\N\n\r\b\f\v\\', '{"a":12345678901234567890.123456789}', 12345678901234567890.123456789, 1e-308, null, null, null, null, null),
      (9007199254740993, E'\u2028\u2029\u0085é', '"\u4e2d"', -1, 5e-324, decode(repeat('5c', 5000), 'hex'), 'epoch', null, null, null),
      (9223372036854775807, '𠮷👩‍👩‍👧 \. \N', '[]', 1e100, 'NaN', null, null, null, null, ARRAY['👍', E'\n']);
    create table odd.unkeyed (a text, b int); insert into odd.unkeyed values ('z', 1), ('a', null), ('z', 1), (null, null);
    create table odd."Ünïcode ""名""" ("列 1" text collate "C" primary key, "select" int); insert into odd."Ünïcode ""名""" values ('b', 1), ('B', 2), ('中', 3), ('', 4);
    create table odd.empty (id int primary key); create table odd.no_columns (); insert into odd.no_columns default values; insert into odd.no_columns default values`.replaceAll('?', '\\?'));
  const target = { db, schema: 'odd', files: memoryBackend() };
  const repository = memoryBackend();
  const everything = 'select (select array_agg(t::text order by id) from odd.things t) a, (select array_agg(t::text) from odd.unkeyed t) b, (select array_agg(t::text order by "列 1") from odd."Ünïcode ""名""" t) c, (select count(*) from odd.no_columns) d';
  const before = await values(db, everything);

  await createBackup(target, { repository, name: 'odd' });
  const plan = await planRestore(target, { repository, name: 'odd' });
  await applyRestore(plan);

  expect(plan.differences).toEqual([]);
  expect(await values(db, everything)).toEqual(before);
});
