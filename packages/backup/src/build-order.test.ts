import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { build, statementSteps } from './build-order.ts';
import type { SchemaStatement } from './manifest.ts';
import type { Session } from './session.ts';

const tables = [{ name: 'products', rawBytes: 1_000 }, { name: 'Odd "表"', rawBytes: 10 }];
const statement = (kind: string, sql: string, on: readonly string[] = []): SchemaStatement => ({ kind, name: sql, sql, tables: on });
const key = statement('key', 'alter table "products" add constraint k primary key (id)');
const plain = statement('index', 'CREATE INDEX a ON products USING btree (price)');
const heavy = statement('index', 'CREATE INDEX b ON products USING gin (title)');
const odd = statement('index', 'CREATE INDEX c ON "Odd ""表""" USING btree (id)');
const unknown = statement('index', 'CREATE INDEX d ON a_partitioned_one USING btree (id)');
const reference = statement('foreign key', 'alter table "Odd ""表""" add constraint f foreign key (id) references products(id)', ['Odd "表"', 'products']);
const sessions = [{}, {}, {}] as Session[];

/** What began while what else was at work, in the order of beginnings. */
async function observed(statements: readonly SchemaStatement[], count = 3): Promise<[SchemaStatement, SchemaStatement[]][]> {
  const begun: [SchemaStatement, SchemaStatement[]][] = [];
  const working = new Set<SchemaStatement>();
  await build(sessions.slice(0, count), statementSteps(statements, tables, async (_, each) => {
    begun.push([each, [...working]]);
    working.add(each);
    await sleep(5);
    working.delete(each);
  }));
  return begun;
}

test('keys go first, then what takes longest', async () => {
  expect((await observed([unknown, odd, plain, heavy, key], 1)).map(([each]) => each)).toEqual([key, heavy, plain, odd, unknown]);
});

test('indexes of one table are built side by side, a key only where nothing else happens to its table', async () => {
  const begun = new Map(await observed([heavy, plain, key, odd]));

  expect([...begun.keys()].slice(0, 2)).toEqual([key, odd]);
  expect(begun.get(heavy)).not.toContain(key);
  expect(begun.get(plain)).toContain(heavy);
});

test('what locks tables that nobody can tell runs alone', async () => {
  const begun = new Map(await observed([unknown, plain, odd]));

  expect(begun.get(odd)).toEqual([plain]);
  expect(begun.get(unknown)).toEqual([]);
});

test('foreign keys want both tables', async () => {
  const begun = await observed([reference, plain]);

  expect(begun.map(([, beside]) => beside)).toEqual([[], []]);
});

test('the first failure is thrown when nobody works any more, and nothing else begins', async () => {
  const ended: SchemaStatement[] = [];
  const steps = statementSteps([plain, heavy, odd, unknown], tables, async (_, each) => {
    if (each === heavy) throw new Error('refused');
    await sleep(10);
    ended.push(each);
  });

  await expect(build(sessions, steps)).rejects.toThrow('refused');
  expect(ended).toEqual([plain, odd]);
});
