import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportEntities, exportRecords, type ImportResult } from '@1688/catalog';
import type { Database } from '@1688/db';
import { importFile, loadConfig, openMirror } from '@1688/mirror';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';

/** One in forty has no title, one in fifty comes twice. */
function lines(count: number): string {
  return Array.from({ length: count }, (_, number) => JSON.stringify({
    result: {
      result: {
        offerId: 610_947_000_000 + (number % 50 === 49 ? number - 1 : number), subject: number % 40 === 39 ? '' : `夏季新款雪纺连衣裙 ${number}`, sellerOpenId: `BBB${Math.floor(number / 20)}`,
        productSaleInfo: { priceRangeList: [{ startQuantity: 2, price: '35.50' }], amountOnSale: number, quoteType: 0 },
      },
    },
  })).join('\n');
}

test('threads change nothing but who maps: the same store, counts and rejects', async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'threads1688-'));
  await writeFile(path.join(folder.path, 'offers.jsonl'), lines(2_400));
  await using alone = await testDatabase();
  await using threaded = await testDatabase();

  const one = await imported(alone, folder.path, 0);
  const two = await imported(threaded, folder.path, 2);

  expect(one).toMatchObject({ read: 2_400, rejected: 60, created: 2_400 - 60 - one.duplicates });
  expect(counts(two)).toEqual(counts(one));
  expect(await holdings(threaded.db)).toBe(await holdings(alone.db));
}, 180_000);

async function imported({ url }: { url: string }, folder: string, threads: number): Promise<ImportResult> {
  const config = await loadConfig({ cwd: folder, env: { DATABASE_URL: url, DATA_DIR: folder, BATCH_SIZE: '250' } });
  await using mirror = await openMirror(config, { migrate: false });
  return await importFile(mirror, path.join(folder, 'offers.jsonl'), { threads, observedAt: new Date('2026-01-02') });
}

function counts({ read, created, updated, unchanged, rejected, duplicates, suppliers }: ImportResult): object {
  return { read, created, updated, unchanged, rejected, duplicates, suppliers };
}

/** Products, suppliers and payloads, as text that is equal for equal stores. */
async function holdings(db: Database): Promise<string> {
  const all: string[] = [];
  for (const entity of exportEntities) for await (const record of exportRecords(db, entity, { sorted: true, portable: true })) all.push(JSON.stringify(record));
  const { rows } = await db.knex.raw<{ rows: object[] }>(`select source_id, encode(hash, 'hex') as hash, size_bytes, line, pointer from ??.payloads order by source_id, hash`, [db.schema]);
  const rejects = await db.knex.raw<{ rows: object[] }>(`select line, record, field, code, document from ??.sync_rejects order by record`, [db.schema]);
  return [...all, ...rows.map((row) => JSON.stringify(row)), ...rejects.rows.map((row) => JSON.stringify(row))].join('\n');
}
