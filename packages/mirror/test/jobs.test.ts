import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobRecords } from '@1688/db';
import { getJob, listJobs, openJobs, saveUpload, search, watchJob, type Job, type Mirror } from '@1688/mirror';
import { expect, test } from 'vitest';
import { openTestMirror } from './image-store.ts';

const table = '商品ID,商品标题,价格\n610947572360,夏季雪纺连衣裙,35.00\n610947572361,法式碎花裙,41.50\n610947572362,,9.90\n';

async function sent(mirror: Mirror, text: string, name = '商品.csv'): Promise<string> {
  return (await saveUpload(mirror, Readable.from([Buffer.from(text)]), { name })).id;
}

async function ended(mirror: Mirror, id: string): Promise<Job> {
  let last: Job | null = null;
  for await (const job of watchJob(mirror, id, { everyMs: 30, signal: AbortSignal.timeout(20_000) })) last = job;
  return last ?? getJob(mirror, id);
}

test('a file that was sent is imported as a job, and the run bears its name', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const jobs = stack.use(await openJobs(mirror, { concurrency: 2 }));

  const { id } = await jobs.enqueue('import', { uploadId: await sent(mirror, table) }, { owner: 'erp' });
  const job = await ended(mirror, id);

  expect(job).toMatchObject({ state: 'completed', attempt: 1, owner: 'erp', error: null, result: { read: 3, created: 2, rejected: 1, syncRecord: { input: '商品.csv', status: 'partial' } } });
  expect((await search(mirror, '连衣裙')).items.map((each) => each.offerId)).toEqual(['610947572360']);
  expect((await listJobs(mirror, { kind: 'import' })).items.map((each) => each.id)).toEqual([id]);
});

test('a failure of the work is told in the job, and the worker goes on', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const jobs = stack.use(await openJobs(mirror, { concurrency: 1 }));

  const bad = await jobs.enqueue('import', { uploadId: await sent(mirror, 'hello\n') });
  const absent = await jobs.enqueue('import', { uploadId: '00000000-0000-4000-8000-000000000000' });
  const good = await jobs.enqueue('check', {});

  expect((await ended(mirror, bad.id)).error).toMatchObject({ code: expect.stringMatching(/^SOURCE_/) });
  expect((await ended(mirror, absent.id)).error).toMatchObject({ code: 'NOT_FOUND', retryable: false });
  expect(await ended(mirror, good.id)).toMatchObject({ state: 'completed', result: { totalIssues: 0 } });
});

test('upkeep, missing variants and the proof of a backup are jobs too', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const jobs = stack.use(await openJobs(mirror, { concurrency: 2 }));

  const backup = await ended(mirror, (await jobs.enqueue('backup', { name: 'nightly' })).id);
  const proof = await ended(mirror, (await jobs.enqueue('verify', { backup: 'nightly' })).id);
  const upkeep = await ended(mirror, (await jobs.enqueue('maintain', { keepDays: 30 })).id);
  const variants = await ended(mirror, (await jobs.enqueue('variants', {})).id);

  expect([backup, proof, upkeep, variants].map(({ state }) => state)).toEqual(['completed', 'completed', 'completed', 'completed']);
  expect(upkeep.result).toMatchObject({ deleted: { syncRecords: 0, rejects: 0, historyPoints: 0 } });
  expect(variants.result).toEqual({ made: 0, failed: 0, failures: {} });
});

test('a worker that was given up can neither go on with its job nor end it', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const { id } = await stack.use(await openJobs(mirror)).enqueue('check', {});
  const records = jobRecords(mirror.db);

  const lost = await records.begin(id);
  const taken = await records.begin(id);
  const late = [await records.alive(id, 1, null), await records.complete(id, 1, { result: 'late', progress: null }), await records.giveBack(id, 1)];
  const inTime = await records.complete(id, 2, { result: 'in time', progress: null });

  expect([lost?.attempt, taken?.attempt]).toEqual([1, 2]);
  expect(late).toEqual([false, false, false]);
  expect(inTime).toBe(true);
  expect(await getJob(mirror, id)).toMatchObject({ state: 'completed', attempt: 2, result: 'in time' });
});

test('a job that waits is cancelled at once, one that has ended cannot be', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const asking = stack.use(await openJobs(mirror));

  const { id } = await asking.enqueue('check', {});
  const cancelled = await asking.cancel(id);

  expect(cancelled).toMatchObject({ state: 'cancelled' });
  await expect(asking.cancel(id)).rejects.toMatchObject({ code: 'JOB_STATE' });
  await expect(asking.cancel('nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a worker that stops gives its job back, and another one finishes it', async () => {
  await using stack = new AsyncDisposableStack();
  const { mirror } = await openTestMirror(stack);
  const first = await openJobs(mirror, { concurrency: 1 });
  const rows = Array.from({ length: 12_000 }, (_, at) => `61094757${String(at).padStart(5, '0')},连衣裙 ${at},35.00`);

  const { id } = await first.enqueue('import', { uploadId: await sent(mirror, `商品ID,商品标题,价格\n${rows.join('\n')}\n`) });
  while (((await getJob(mirror, id)).progress?.done ?? 0) === 0) await sleep(30);
  await first.close();
  const waiting = await getJob(mirror, id);
  stack.use(await openJobs(mirror, { concurrency: 1 }));
  const job = await ended(mirror, id);

  expect(waiting.state).toBe('queued');
  expect(job).toMatchObject({ state: 'completed', attempt: 2, result: { syncRecord: { status: 'completed' } } });
});
