import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { cliStore, exitOf, tableOf, type CliStore } from './cli-store.ts';

const rows = (from: number, count: number) => Array.from({ length: count }, (_, index) => [`61094${String(from + index).padStart(6, '0')}`, `夏季连衣裙 ${from + index}`, '35.00'] as const);
const json = (from: number, count: number): string => rows(from, count).map(([offerId, subject]) => JSON.stringify({ '商品ID': offerId, '商品标题': subject, 价格: '35.00' })).join('\n');

interface Run { id: string; status: string; attempts: number; read: number; committed: number; rejected: number; created: number; recordsPerSecond: number | null; peakMemoryBytes: number | null; checkpoint: { record?: number } | null; attemptLog: { read: number; readBefore: number; status: string }[] }
interface Page { items: Run[]; nextCursor: string | null }

/** An import in a process of its own from a pipe that stays open: it is fed until something is committed, then it waits for more. */
async function openImport(store: CliStore, ...flags: string[]) {
  const child = store.start('import', '-', '--profile', 'table', ...flags);
  let said = '';
  let fed = 0;
  const feed = (): void => { child.stdin?.write(`${json(fed, 500)}\n`); fed += 500; };
  child.stderr?.on('data', (chunk: Buffer) => { said += String(chunk); });
  feed();
  await expect.poll(() => store.data<Page>('sync', 'list').then((page) => (page.items[0]?.committed ?? 0) > 0 || feed(), () => false), { timeout: 20_000, interval: 200 }).toBe(true);
  return { child, said: () => said, feed };
}

test('a run shows what it read, committed and rejected, how fast and with how much memory, in both languages', async () => {
  await using store = await cliStore();
  await store.file('a.csv', tableOf([...rows(0, 5), ['', '没有编号', '1']]));
  const imported = await store.run('import', 'a.csv');

  const page = await store.data<Page>('sync', 'list');
  const english = await store.run('sync', 'list');
  const chinese = await store.run('sync', 'list', '--lang', 'zh');
  const shown = await store.run('sync', 'show', '1', '--lang', 'zh');

  expect(imported.code).toBe(4);
  expect(page).toMatchObject({ items: [{ id: '1', status: 'partial', attempts: 1, read: 6, committed: 5, rejected: 1, recordsPerSecond: expect.any(Number), peakMemoryBytes: expect.any(Number) }], nextCursor: null });
  expect(english.stdout).toMatch(/Committed.*Per second.*Memory[\s\S]*partial/);
  expect(chinese.stdout).toMatch(/已入库.*每秒.*内存[\s\S]*partial/);
  expect(shown.stdout).toMatch(/已入库 +5 = 5 新建[\s\S]*成功率 +83\.3 %[\s\S]*第几次[\s\S]*FIELD_/);
  expect(shown.stderr).toContain('rejects list --sync 1');
});

test('runs are listed by page, status and scope', async () => {
  await using store = await cliStore();
  await store.file('a.csv', tableOf(rows(0, 2)));
  for (const scope of ['甲店', '乙店', '甲店']) await store.run('import', 'a.csv', '--scope', scope);

  const first = await store.data<Page>('sync', 'list', '--limit', '2');
  const second = await store.data<Page>('sync', 'list', '--limit', '2', '--cursor', first.nextCursor ?? '');
  const scoped = await store.data<Page>('sync', 'list', '--scope', '甲店', '--status', 'completed');

  expect([first, second, scoped].map((page) => page.items.map((run) => run.id))).toEqual([['3', '2'], ['1'], ['3', '1']]);
  expect(second.nextCursor).toBeNull();
  expect((await store.run('sync', 'list', '--cursor', 'x')).code).toBe(2);
  expect((await store.run('sync', 'show', '99')).code).toBe(7);
});

test('a run that is cancelled from another process ends 130 with whole batches, and goes on with --resume', async () => {
  await using store = await cliStore({ BATCH_SIZE: '20' });
  const { child, said, feed } = await openImport(store, '--scope', '甲店');
  const exit = exitOf(child);

  const cancelled = await store.data<Run>('sync', 'cancel', '1');
  child.stdin?.on('error', () => {}); // it may be gone before it has read everything
  const feeding = setInterval(feed, 100);
  const code = await exit;
  clearInterval(feeding);
  const run = await store.data<Run>('sync', 'show', '1');
  const again = await store.run('sync', 'cancel', '1');
  const twice = await store.run('sync', 'cancel', '99');

  expect(code, said()).toBe(130);
  expect(cancelled.status).toBe('cancelled');
  expect(run).toMatchObject({ status: 'cancelled', committed: run.read, attemptLog: [{ status: 'cancelled' }] });
  expect(run.committed % 20).toBe(0);
  expect(run.checkpoint?.record).toBe(run.read);
  const { rows: [counted] } = await store.database.db.knex.raw<{ rows: [{ count: number }] }>('select count(*)::int as count from sync1688.products');
  expect(counted.count).toBe(run.committed);
  expect([again.code, twice.code]).toEqual([5, 7]);
  expect(again.stderr).toMatch(/SYNC_STATE/);
}, 180_000);

test('a second import of the same scope ends 6 and names the run at work, another scope goes ahead', async () => {
  await using store = await cliStore({ BATCH_SIZE: '20' });
  const { child } = await openImport(store);
  const exit = exitOf(child);
  await store.file('b.csv', tableOf(rows(500_000, 3)));

  const same = await store.run('import', 'b.csv');
  const other = await store.run('import', 'b.csv', '--scope', '别的');
  child.stdin?.end();

  expect(same.code).toBe(6);
  expect(same.stderr).toMatch(/LOCKED.*sync record 1/);
  expect(other.code).toBe(0);
  expect(await exit).toBe(0);
}, 180_000);

test('a run whose process was killed shows as interrupted and stuck at once, and a resumed one is not stuck any more', async () => {
  await using store = await cliStore({ BATCH_SIZE: '20' });
  await store.file('all.jsonl', json(0, 20_000));
  const child = store.start('import', 'all.jsonl', '--profile', 'table');
  const exit = exitOf(child);
  await expect.poll(() => store.data<Page>('sync', 'list').then((page) => page.items[0]?.committed ?? 0), { timeout: 15_000, interval: 100 }).toBeGreaterThan(0);
  const alive = await store.data<Page>('sync', 'list', '--stuck');
  child.kill('SIGKILL');
  await exit;
  await expect.poll(() => store.data<Page>('sync', 'list').then((page) => page.items[0]?.status), { timeout: 30_000 }).toBe('interrupted');

  const stuck = await store.data<Page>('sync', 'list', '--stuck');
  const interrupted = await store.data<Page>('sync', 'list', '--status', 'interrupted');
  await store.file('all.jsonl', json(0, (stuck.items[0]?.read ?? 0) + 30));
  const resumed = await store.run('import', 'all.jsonl', '--profile', 'table', '--resume');
  const run = await store.data<Run>('sync', 'show', '1');

  expect(alive.items).toEqual([]);
  expect(stuck.items.map(({ id, status }) => `${id} ${status}`)).toEqual(['1 interrupted']);
  expect(interrupted.items).toHaveLength(1);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(run).toMatchObject({ status: 'completed', attempts: 2, created: (stuck.items[0]?.read ?? 0) + 30, attemptLog: [{ status: 'interrupted' }, { status: 'completed', readBefore: stuck.items[0]?.read }] });
  expect((await store.data<Page>('sync', 'list', '--stuck')).items).toEqual([]);
}, 180_000);

test('a run whose process hangs shows as silent and stuck, and can be cancelled', async () => {
  await using store = await cliStore();
  const { db } = store.database;
  await using connection = await db.connect();
  await connection.client.query(`select pg_advisory_lock($1)`, [lockKey(db.schema, 'sync:import:default')]);
  await db.knex.raw(`insert into sync1688.sync_records (kind, heartbeat_at) values ('import', now() - interval '2 minutes')`);

  const stuck = await store.run('sync', 'list', '--stuck', '--lang', 'zh');
  const cancelled = await store.run('sync', 'cancel', '1');

  expect(stuck.stdout).toContain('running，无响应');
  expect(stuck.stderr).toContain('sync cancel 1');
  expect(cancelled).toMatchObject({ code: 0, stdout: 'Run 1 is cancelled; its 0 committed records stay.\n' });
});

/** As `@1688/db` numbers the claim of a scope. */
function lockKey(schema: string, purpose: string): string {
  return createHash('sha256').update(`1688sync\0${schema}\0${purpose}`).digest().readBigInt64BE().toString();
}
