import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Alert } from '@1688/watch';
import { addWatch, runWatches } from '@1688/watch';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { told } from './records.ts';
import { sinkServer } from './sink-server.ts';

const secret = 'SEC0123456789';
const guard = { check() {} };
const offers = 40;
const rounds = 55;

function started(file: string, ...args: string[]): { process: ChildProcess; ended: Promise<unknown> } {
  const process = fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: ['--conditions=@1688/source'], stdio: 'ignore' });
  return { process, ended: new Promise((resolve) => process.once('exit', resolve)) };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

test('a thousand changes with kills: each alert arrives with one stable id, none from a run that failed', async () => {
  await using database = await testDatabase();
  await using server = await sinkServer(secret);
  const { db, url } = database;
  const random = seeded(1688);
  const prices = Array.from({ length: offers }, () => 1_000_000);
  const list = () => prices.map((price, number) => ({ offerId: String(number), priceMinCny: (price / 100).toFixed(2) }));
  await told(db, 0, list(), { scope: 'shop' });
  for (const kind of ['dingtalk', 'feishu', 'url'] as const) await addWatch(db, { id: kind, filter: { priceDownPercent: 1 }, sink: { kind, url: server.url(kind), secret }, language: 'en', digest: { minutes: 0, maxLines: 100 } });
  let watcher = started('watching-child.ts', url);
  let [kills, scansKilled] = [0, 0];

  for (let round = 1; round <= rounds; round += 1) {
    server.down = random() < 0.2;
    for (const number of prices.keys()) if (random() < 0.65) prices[number] = Math.floor(prices[number]! * (0.9 - random() * 0.02));
    // A scan of prices that nobody ever asks for: it breaks, and what it found is overtaken by the next one.
    if (round % 8 === 0) {
      const wrong = list().map((each, number) => ({ ...each, priceMinCny: `0.${10 + (number % 80)}` }));
      await told(db, round * 10, wrong, { scope: 'shop', batchSize: 5, failAfter: 20 }).catch(() => {});
    }
    if (round % 5 === 0) {
      const scan = started('scanning-child.ts', url, String(round * 10 + 1), JSON.stringify(list()));
      scan.process.on('message', (done) => { if (Number(done) >= 5 + random() * 20 && scan.process.kill('SIGKILL')) scansKilled += 1; });
      await scan.ended;
    }
    await told(db, round * 10 + 2, list(), { scope: 'shop', batchSize: 10 });
    if (random() < 0.5) {
      await sleep(random() * 300);
      watcher.process.kill('SIGKILL');
      kills += 1;
      await watcher.ended;
      watcher = started('watching-child.ts', url);
    }
  }
  watcher.process.kill('SIGKILL');
  await watcher.ended;
  server.down = false;
  // The clock of schedules goes ahead, so that spacing and back-off are over; what is signed with it stays within the hour.
  for (let pass = 1; pass <= 12; pass += 1) {
    await db.knex.raw('update sync1688.watches set retry_at = null, last_message_at = null');
    await runWatches(db, { guard });
  }

  const { rows: expected } = await db.knex.raw<{ rows: { seq: string }[] }>(
    `select c.seq from sync1688.changes c join sync1688.sync_records r on r.id = c.sync_record_id
     where c.kind = 'updated' and r.status in ('completed', 'interrupted') and (c.fields #>> '{priceMinCny,after}')::numeric > 1 and (c.fields #>> '{priceMinCny,before}')::numeric > 1 and (c.fields #>> '{priceMinCny,after}')::numeric <= (c.fields #>> '{priceMinCny,before}')::numeric * 0.99 order by c.seq`);
  const { rows: open } = await db.knex.raw<{ rows: { state: string; count: string }[] }>(`select state, count(*) from sync1688.watch_alerts where state in ('queued', 'dead') group by 1`);
  const alerts = server.taken.filter(({ kind }) => kind === 'url').flatMap(({ body }) => (JSON.parse(body) as { alerts: Alert[] }).alerts);
  const byId = Map.groupBy(alerts, ({ id }) => id);
  const { rows: sent } = await db.knex.raw<{ rows: { watch_id: string; count: string }[] }>(`select watch_id, count(*) from sync1688.watch_alerts where state = 'sent' group by 1 order by 1`);

  expect(open).toEqual([]);
  expect(expected.length).toBeGreaterThan(1_000);
  expect(expected.filter(({ seq }) => !byId.has(`url:${seq}`))).toEqual([]);
  for (const same of byId.values()) expect(new Set(same.map((alert) => JSON.stringify(alert))).size).toBe(1);
  expect(sent.map(({ watch_id: id }) => id)).toEqual(['dingtalk', 'feishu', 'url']);
  expect(new Set(sent.map(({ count }) => count)).size).toBe(1);
  expect(server.taken.filter(({ body }) => body.includes('→ ¥0.'))).toEqual([]);
  expect([kills > 10, scansKilled > 3]).toEqual([true, true]);
});
