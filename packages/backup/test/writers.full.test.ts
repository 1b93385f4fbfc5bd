import { openDatabase, type Database } from '@1688/db';
import { memoryBackend } from '@1688/storage';
import { testDatabase } from '@1688/vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBackup, dropRestore, planRestore, verifyBackup } from '../src/index.ts';
import { values } from './fixture.ts';

const accounts = 2_000;
const perSecond = 200;

/** Moves amounts between rows of two tables, two hundred times a second, until it is told to stop. */
function transfers(db: Database): { stop(): Promise<number> } {
  const stopping = new AbortController();
  let done = 0;
  const begun = performance.now();
  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (done > ((performance.now() - begun) / 1000) * perSecond) {
        await sleep(2);
        continue;
      }
      const [from, to, amount] = [1 + Math.floor(Math.random() * accounts), 1 + Math.floor(Math.random() * accounts), Math.floor(Math.random() * 100)];
      await db.knex.transaction(async (trx) => {
        await trx.raw('update bank.left_side set amount = amount - ? where id = ?', [amount, from]);
        await trx.raw('update bank.right_side set amount = amount + ? where id = ?', [amount, to]);
        if (done % 10 === 0) await trx.raw('delete from bank.right_side where id = ?', [to]).then(() => trx.raw(`insert into bank.right_side (id, amount) select ?, 2 * ? * 1000 - (select sum(amount) from bank.left_side) - (select sum(amount) from bank.right_side)`, [to, accounts]));
      });
      done += 1;
    }
  };
  const worker = work();
  return { stop: async () => { stopping.abort(); await worker; return done / ((performance.now() - begun) / 1000); } };
}

test.each([1, 2, 8])('the sum over two tables holds in every backup made by %i readers under 200 transactions a second', { timeout: 120_000 }, async (readers) => {
  await using database = await testDatabase();
  await using writer = await openDatabase(database.url);
  await database.db.knex.raw(`create schema bank; create table bank.left_side (id int primary key, amount bigint not null); create table bank.right_side (id int primary key, amount bigint not null);
    insert into bank.left_side select n, 1000 from generate_series(1, ${accounts}) as n; insert into bank.right_side select n, 1000 from generate_series(1, ${accounts}) as n`);
  const target = { db: database.db, schema: 'bank', files: memoryBackend() };
  const repository = memoryBackend();
  const writing = transfers(writer);
  const names: string[] = [];

  for (let round = 0; round < 5; round += 1) {
    await sleep(300);
    names.push((await createBackup(target, { repository, readers })).id);
    await sleep(900);
  }
  const rate = await writing.stop();

  expect(rate).toBeGreaterThan(perSecond * 0.5);
  for (const id of names) {
    expect(await verifyBackup({ repository, id, level: 'read' })).toMatchObject({ ok: true });
    const plan = await planRestore(target, { repository, id });
    expect(await values(database.db, `select (select sum(amount) from "${plan.beside}".left_side)::int + (select sum(amount) from "${plan.beside}".right_side)::int as sum`)).toEqual([{ sum: 2 * accounts * 1000 }]);
    await dropRestore(plan);
  }
});
