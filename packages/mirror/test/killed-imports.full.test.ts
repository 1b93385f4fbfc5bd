import { fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exportEntities, exportRecords } from '@1688/catalog';
import { syncRecords, type Database, type StoredSyncRecord } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';

const importer = fileURLToPath(new URL('killed-importer.ts', import.meta.url));
const offers = 10_000;
const stores = 10;
const killsInStore = 10;
const seed = 20_261_123;

test('an import of 10,000 offers that is killed a hundred times ends as one clean run', async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'killed1688-'));
  const files = { first: path.join(folder.path, 'first.jsonl'), changed: path.join(folder.path, 'changed.jsonl') };
  await writeOffers(files.first, '35.50');
  await writeOffers(files.changed, '36.00');
  const random = randomFrom(seed);
  const clean = await cleanRuns(files, folder.path);
  let inside = 0;

  for (let store = 1; store <= stores; store += 1) {
    await using killed = await testDatabase();
    const changes = store % 2 === 0;
    if (changes) await importUntil(killed.url, files.first, { folder: folder.path, observedAt: 1 });
    const file = changes ? files.changed : files.first;
    const moments = Array.from({ length: killsInStore }, () => Math.floor(random() * offers)).toSorted((a, b) => a - b);
    for (const [index, killAt] of moments.entries()) {
      const done = await importUntil(killed.url, file, { folder: folder.path, observedAt: 2, killAt, delayMs: random() * 60 });
      const committed = await countOf(killed.db, changes ? `select count(*)::integer from sync1688.products where price_min = 36` : 'select count(*)::integer from sync1688.products');
      if (committed > 0 && committed < offers) inside += 1;
      process.stdout.write(`seed ${seed} store ${store} kill ${index + 1}: at record ${killAt}, told of ${done}, ${committed} committed\n`);
    }
    await importUntil(killed.url, file, { folder: folder.path, observedAt: 2 });

    expect(await fingerprint(killed.db) === (changes ? clean.changed : clean.first)).toBe(true);
    const runs: StoredSyncRecord[] = [];
    for await (const run of syncRecords(killed.db).list({ kind: 'import', limit: 100 })) runs.push(run);
    for (const run of runs) expect(run.created + run.updated + run.unchanged + run.rejected + run.duplicates).toBe(run.read);
    expect(runs.reduce((sum, run) => sum + run.created, 0)).toBe(offers);
    expect(runs.reduce((sum, run) => sum + run.updated, 0)).toBe(changes ? offers : 0);
    expect(runs.filter(({ status }) => status === 'running')).toEqual([]);
  }

  expect(inside).toBeGreaterThanOrEqual(stores * killsInStore * 0.8);
}, 1_800_000);

interface Run {
  readonly folder: string;
  readonly observedAt: number;
  /** Records; null lets the run end. */
  readonly killAt?: number;
  readonly delayMs?: number;
}

/** Runs the importer, to its end or until it is killed so long after it told of so many records. Returns how many it told of. */
async function importUntil(url: string, file: string, { folder, observedAt, killAt, delayMs = 0 }: Run): Promise<number> {
  const child = fork(importer, [url, file, folder, String(Date.UTC(2026, 0, observedAt))], { execArgv: ['--conditions=@1688/source'], stdio: 'inherit' });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  let told = 0;
  let killing: Promise<unknown> | undefined;
  child.on('message', (done) => {
    told = Number(done);
    if (killAt !== undefined && told >= killAt) killing ??= sleep(delayMs).then(() => child.kill('SIGKILL'));
  });
  const { code, signal } = await ended;
  await killing;
  if (signal !== 'SIGKILL') expect(code).toBe(0);
  return told;
}

async function cleanRuns(files: { first: string; changed: string }, folder: string): Promise<{ first: string; changed: string }> {
  await using once = await testDatabase();
  await importUntil(once.url, files.first, { folder, observedAt: 2 });
  await using twice = await testDatabase();
  await importUntil(twice.url, files.first, { folder, observedAt: 1 });
  await importUntil(twice.url, files.changed, { folder, observedAt: 2 });
  return { first: await fingerprint(once.db), changed: await fingerprint(twice.db) };
}

async function writeOffers(file: string, price: string): Promise<void> {
  const out = createWriteStream(file);
  for (let number = 0; number < offers; number += 1) {
    const offerId = 610_947_000_000 + ((number * 7919) % offers);
    const seller = `BBB${String(Math.floor(number / 20)).padStart(20, '0')}`;
    out.write(`${JSON.stringify({
      result: {
        success: true,
        result: {
          offerId, subject: `夏季新款雪纺连衣裙女中长款 ${offerId}`, categoryId: 1_031_910 + (number % 7), minOrderQuantity: 2, sellerOpenId: seller, status: 'published',
          productAttribute: [{ attributeId: '1', attributeName: '面料名称', value: number % 2 ? '雪纺' : '棉' }],
          productImage: { images: [`https://cbu01.alicdn.com/img/ibank/O1CN01${offerId}_!!2208000001-0-cib.jpg`] },
          productSaleInfo: { amountOnSale: number, priceRangeList: [{ startQuantity: 2, price }, { startQuantity: 100, price }], quoteType: 2 },
          productSkuInfos: [1, 2].map((sku) => ({ skuId: offerId * 10 + sku, specId: `${offerId}-${sku}`, amountOnSale: number, price: '35.00', skuAttributes: [{ attributeName: '颜色', value: sku === 1 ? '红色' : '蓝色' }] })),
        },
      },
    })}\n`);
  }
  out.end();
  await finished(out);
}

/** What a store holds, as text that is equal for equal stores. */
async function fingerprint(db: Database): Promise<string> {
  const lines: string[] = [];
  for (const entity of exportEntities) for await (const record of exportRecords(db, entity, { sorted: true, portable: true })) lines.push(JSON.stringify(record));
  return lines.join('\n');
}

async function countOf(db: Database, sql: string): Promise<number> {
  const { rows } = await db.knex.raw<{ rows: { count: number }[] }>(sql);
  return rows[0]?.count ?? 0;
}

/** Park and Miller's generator: the same moments for the same seed. */
function randomFrom(start: number): () => number {
  let state = start % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
