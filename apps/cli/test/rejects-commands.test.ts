import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliStore, tableOf } from './cli-store.ts';

interface Rejects { items: { id: string; code: string; field: string | null; document: string; replayedAt: string | null; syncRecordId: string }[]; nextCursor: string | null }
interface Replayed { replayed: number; failed: number; failures: Record<string, number>; created: number; syncRecordIds: string[] }

const titles = (database: { db: { knex: { raw: (sql: string) => PromiseLike<unknown> } } }) =>
  database.db.knex.raw('select source_id, title, price_min::float8 as price from sync1688.products order by source_id') as Promise<{ rows: { source_id: string; title: string; price: number }[] }>;

const bad = tableOf([['610000000001', '连衣裙', '35.00'], ['', '没有编号', '1'], ['610000000003', '开衫', 'abc元'], ['6.1E+11', '科学计数', '3']]);

test('rejects are listed by run, code and page', async () => {
  await using store = await cliStore();
  await store.file('bad.csv', bad);
  await store.run('import', 'bad.csv');
  await store.run('import', 'bad.csv');

  const all = await store.data<Rejects>('rejects', 'list');
  const first = await store.data<Rejects>('rejects', 'list', '--limit', '1');
  const second = await store.data<Rejects>('rejects', 'list', '--limit', '1', '--cursor', first.nextCursor ?? '');
  const ofRun = await store.data<Rejects>('rejects', 'list', '--sync', '2');
  const ofCode = await store.data<Rejects>('rejects', 'list', '--code', all.items[0]?.code ?? '');
  const shown = await store.run('rejects', 'list', '--lang', 'zh');

  expect(new Set(all.items.map((each) => each.syncRecordId))).toEqual(new Set(['1', '2']));
  expect([first.items[0]?.id, second.items[0]?.id]).toEqual(all.items.slice(0, 2).map((each) => each.id));
  expect(ofRun.items.map((each) => each.syncRecordId)).toEqual(ofRun.items.map(() => '2'));
  expect(new Set(ofCode.items.map((each) => each.code))).toEqual(new Set([all.items[0]?.code]));
  expect(shown.stdout).toMatch(/同步 +行 +字段 +代码 +原因/);
  expect((await store.run('rejects', 'list', '--sync', 'x')).code).toBe(2);
});

test('rejects are exported whole, mended, and imported', async () => {
  await using store = await cliStore();
  await store.file('bad.csv', bad);
  await store.run('import', 'bad.csv');
  const before = await store.data<Rejects>('rejects', 'list');

  const exported = await store.run('rejects', 'export', '-o', 'r.jsonl');
  const file = path.join(store.folder, 'r.jsonl');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.split('\n').filter((line) => line.includes('没有编号')).map((line) => JSON.stringify({ ...(JSON.parse(line) as object), 商品ID: '610000000002' })).join('\n'));
  const imported = await store.run('import', 'r.jsonl', '--profile', 'table');

  expect(text.trimEnd().split('\n')).toEqual(before.items.map((each) => each.document));
  expect(exported.stderr).toContain('import r.jsonl --profile table');
  expect(imported.code, imported.stderr).toBe(0);
  expect((await titles(store.database)).rows.map((row) => row.title)).toContain('没有编号');
  expect((await store.run('rejects', 'export', '-o', 'missing/r.jsonl')).code).toBe(2);
});

test('a replay lands what can be read now and marks it; the rest stays, with its reason, and nothing is doubled by another one', async () => {
  await using store = await cliStore();
  await store.file('bad.csv', bad);
  await store.run('import', 'bad.csv', '--scope', '甲店', '--observed-at', '2026-01-05T00:00:00Z');
  const { items } = await store.data<Rejects>('rejects', 'list');
  const open = items.find((each) => each.document.includes('没有编号'))!;
  await store.database.db.knex.raw(`update sync1688.sync_rejects set document = ? where id = ?`, [open.document.replace('"商品ID":""', '"商品ID":"610000000002"'), open.id]);

  const first = await store.run('rejects', 'replay', '--json');
  const second = await store.data<Replayed>('rejects', 'replay', '--sync', '1');
  const left = await store.data<Rejects>('rejects', 'list');
  const all = await store.data<Rejects>('rejects', 'list', '--all');

  expect(first.code).toBe(4);
  expect(JSON.parse(first.stdout)).toMatchObject({ schema: 'rejects-replay@1', data: { replayed: 1, failed: items.length - 1, created: 1, syncRecordIds: ['2'] } });
  expect(second).toMatchObject({ replayed: 0, failed: items.length - 1, created: 0 });
  expect(left.items.map((each) => each.id)).toEqual(items.filter((each) => each.id !== open.id).map((each) => each.id));
  expect(all.items).toHaveLength(items.length);
  expect(all.items.find((each) => each.id === open.id)?.replayedAt).toEqual(expect.any(String));
  const { rows } = await store.database.db.knex.raw<{ rows: { scope: string; observed: Date }[] }>(`select r.scope, p.content_observed_at as observed from sync1688.products p, sync1688.sync_records r where p.source_id = '610000000002' and r.id = 2`);
  expect(rows).toEqual([{ scope: '甲店', observed: new Date('2026-01-05T00:00:00Z') }]);
});

test('a reject that is replayed never overwrites what was seen after it', async () => {
  await using store = await cliStore();
  await store.file('old.csv', tableOf([['610000000001', '', '10.00']]));
  await store.run('import', 'old.csv', '--observed-at', '2026-01-05T00:00:00Z');
  await store.file('new.csv', tableOf([['610000000001', '新标题', '20.00']]));
  await store.run('import', 'new.csv', '--observed-at', '2026-02-05T00:00:00Z');
  await store.database.db.knex.raw(`update sync1688.sync_rejects set document = '{"商品ID":"610000000001","商品标题":"旧标题","价格":"10.00"}'`);

  const replayed = await store.data<Replayed>('rejects', 'replay');

  expect(replayed).toMatchObject({ replayed: 1, failed: 0 });
  expect((await titles(store.database)).rows).toEqual([{ source_id: '610000000001', title: '新标题', price: 20 }]);
});

test('a replay takes single ids and another profile, and refuses ids that are unknown', async () => {
  await using store = await cliStore();
  const detail = JSON.stringify({ productInfo: { productID: 610000000009, subject: '雪纺连衣裙', categoryID: 1 } });
  await store.file('odd.jsonl', `${detail}\n`);
  await store.run('import', 'odd.jsonl', '--profile', 'apify');
  const { items } = await store.data<Rejects>('rejects', 'list');

  const unknown = await store.run('rejects', 'replay', '999');
  const wrong = await store.data<Replayed>('rejects', 'replay', items[0]?.id ?? '');
  const strange = await store.data<Replayed>('rejects', 'replay', '--profile', 'nobody');
  const right = await store.data<Replayed>('rejects', 'replay', items[0]?.id ?? '', '--profile', 'open-platform');

  expect(unknown.code).toBe(7);
  expect(wrong).toMatchObject({ replayed: 0, failed: 1 });
  expect(strange).toMatchObject({ replayed: 0, failures: { SOURCE_PROFILE: 1 } });
  expect(right).toMatchObject({ replayed: 1, failed: 0, created: 1 });
});

test('many rejects are replayed in batches and each is marked once, also when the replay before was stopped in the middle', async () => {
  await using store = await cliStore({ BATCH_SIZE: '100' });
  await store.file('bad.csv', tableOf(Array.from({ length: 450 }, (_, index) => [`61000000${String(index).padStart(4, '0')}`, '', '1'] as const)));
  await store.run('import', 'bad.csv');
  const { knex } = store.database.db;
  await knex.raw(`update sync1688.sync_rejects set document = replace(document, '"商品标题":""', '"商品标题":"连衣裙 ' || id || '"') where id % 45 <> 0`);
  await knex.raw(`update sync1688.sync_rejects set replayed_at = '2026-01-01' where id <= 5`);

  const replayed = await store.data<Replayed>('rejects', 'replay');
  const { rows: [left] } = await knex.raw<{ rows: [{ open: number; old: number; products: number }] }>(
    `select count(*) filter (where replayed_at is null)::int as open, count(*) filter (where replayed_at = '2026-01-01')::int as old, (select count(*)::int from sync1688.products) as products from sync1688.sync_rejects`);

  expect(replayed).toMatchObject({ replayed: 435, failed: 10, failures: { FIELD_MISSING: 10 }, created: 435 });
  expect(left).toEqual({ open: 10, old: 5, products: 435 });
});
