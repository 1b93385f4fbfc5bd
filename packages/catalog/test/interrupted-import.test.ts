import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { importProducts } from '@1688/catalog';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { fingerprint, numberedProducts, recordsOf, valueOf } from './records.ts';

const child = fileURLToPath(new URL('importing-child.ts', import.meta.url));

/** Starts an import in a process of its own and kills it as hard as one can once it has told of `killAt` records. */
async function killedImport(url: string, count: number, killAt: number): Promise<void> {
  const importing = fork(child, [url, String(count)], { execArgv: ['--conditions=@1688/source'], stdio: 'inherit' });
  const ended = new Promise<string | null>((resolve) => importing.once('exit', (_, signal) => resolve(signal)));
  importing.on('message', (done) => Number(done) >= killAt && importing.kill('SIGKILL'));
  expect(await ended).toBe('SIGKILL');
}

test('an import that was killed and is run again ends as one clean run', async () => {
  await using killed = await testDatabase();
  await using clean = await testDatabase();
  await killedImport(killed.url, 3_000, 300);
  await killedImport(killed.url, 3_000, 900);
  const committed = await valueOf<number>(killed.db, 'select count(*)::integer from sync1688.products');

  const result = await importProducts(killed.db, recordsOf(numberedProducts(3_000)), { batchSize: 100 });
  await importProducts(clean.db, recordsOf(numberedProducts(3_000)));

  expect(committed).toBeGreaterThanOrEqual(900);
  expect(committed).toBeLessThan(3_000);
  expect(result).toMatchObject({ read: 3_000, created: 3_000 - committed, unchanged: committed });
  expect(await fingerprint(killed.db)).toBe(await fingerprint(clean.db));
  expect(await valueOf(killed.db, `select string_agg(status, ' ' order by id) from sync1688.sync_records`)).toBe('interrupted interrupted completed');
  expect(await valueOf(killed.db, `select count(*)::integer from sync1688.changes where kind = 'created' and entity = 'product'`)).toBe(3_000);
}, 180_000);

test('two runs of one scope do not overlap, and a run that died frees its scope', async () => {
  await using database = await testDatabase();
  const { db } = database;
  let second: Promise<unknown> | undefined;
  async function* slow() {
    second = importProducts(db, recordsOf([])).catch((error: unknown) => error);
    await second;
    yield* recordsOf(numberedProducts(1));
  }

  const first = await importProducts(db, slow());

  expect(await second).toMatchObject({ code: 'LOCKED', retryable: true });
  expect(first.created).toBe(1);
  expect(await importProducts(db, recordsOf(numberedProducts(1)))).toMatchObject({ unchanged: 1 });
});

test('imports at once with offers in common end as one after the other', async () => {
  await using concurrent = await testDatabase();
  await using serial = await testDatabase();
  const observedAt = new Date('2026-01-01');
  const parts = [0, 150, 300].map((from, index) => ({ products: () => numberedProducts(300, { from }), scope: `scope ${index}` }));

  const results = await Promise.all(parts.map(({ products, scope }) => importProducts(concurrent.db, recordsOf(products()), { scope, observedAt, batchSize: 40 })));
  for (const { products, scope } of parts) await importProducts(serial.db, recordsOf(products()), { scope, observedAt });

  expect(results.reduce((sum, { created }) => sum + created, 0)).toBe(600);
  expect(results.reduce((sum, { created, unchanged }) => sum + created + unchanged, 0)).toBe(900);
  expect(await fingerprint(concurrent.db)).toBe(await fingerprint(serial.db));
  const disorder = 'select count(*)::integer from (select seq, lag(seq) over (order by seq) as before from sync1688.changes) c where seq <= before';
  expect(await valueOf(concurrent.db, disorder)).toBe(0);
}, 180_000);
