import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exportRecords, importProducts, revertRun, runChanges } from '@1688/catalog';
import { syncRecords, type Database } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { day } from './listing-scans.ts';
import { collected, numberedProducts, recordsOf } from './records.ts';

const child = fileURLToPath(new URL('reverting-child.ts', import.meta.url));
const kills = 12;

test('a revert that is killed at any moment, and goes on, ends as one that nobody killed', async () => {
  await using database = await testDatabase();
  const { db, url } = database;
  for (let round = 0; round < kills; round += 1) {
    const list = [...numberedProducts(30, { from: round * 1_000 })];
    await importProducts(db, recordsOf(list), { observedAt: day(1) });
    const before = await contentOf(db);
    const bad = list.map((each) => ({ ...each, title: '坏数据', priceMinCny: '1.00', skus: [] }));
    const { syncRecord } = await importProducts(db, recordsOf([...bad, ...numberedProducts(4, { from: round * 1_000 + 500 })]), { observedAt: day(2) });

    await killed(url, syncRecord.id, { after: (round % 6) * 6 + 2, laterMs: round * 3 });
    const result = await revertRun(db, syncRecord.id).catch((error: { code: string; details: { revertedBy?: string } }) => {
      expect(error).toMatchObject({ code: 'SYNC_STATE' }); // it had just ended
      return { syncRecord: { id: error.details.revertedBy! } };
    });

    expect(await contentOf(db)).toEqual(before);
    const entries = await collected(runChanges(db, result.syncRecord!.id));
    expect(new Set(entries.map(({ sourceId }) => sourceId)).size).toBe(entries.length);
    expect(entries).toHaveLength(34);
    expect(await syncRecords(db).find(result.syncRecord!.id)).toMatchObject({ status: 'completed', updated: 34 });
  }
}, 120_000);

/** Lets another process take back the run, and kills it as hard as one can. */
async function killed(url: string, runId: string, { after, laterMs }: { readonly after: number; readonly laterMs: number }): Promise<void> {
  const reverting = fork(child, [url, runId], { execArgv: ['--conditions=@1688/source', '--disable-warning=ExperimentalWarning'] });
  const ended = new Promise((resolve) => reverting.once('exit', resolve));
  reverting.on('message', (done) => {
    if (Number(done) >= after) void sleep(laterMs).then(() => reverting.kill('SIGKILL'));
  });
  await ended;
}

async function contentOf(db: Database): Promise<string[]> {
  const lines: string[] = [];
  for (const entity of ['products', 'suppliers', 'images'] as const) for await (const record of exportRecords(db, entity, { sorted: true, portable: true })) lines.push(JSON.stringify(record));
  return lines;
}
