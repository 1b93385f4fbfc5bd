import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { claimScope, deadRuns, interruptDeadRuns, syncFigures, syncRecords, type StoredSyncRecord } from '../src/index.ts';
import { collected } from './fixtures/collected.ts';

const second = 1_000;
const start = new Date('2026-03-01T00:00:00Z');
const after = (seconds: number): Date => new Date(start.getTime() + seconds * second);

test('each attempt of a run keeps its own times, records and peak memory', async () => {
  await using database = await testDatabase();
  const memory = [300, 500, 400];
  const records = syncRecords(database.db, { memoryBytes: () => memory.shift() ?? 100 });
  const { id } = await records.start({ kind: 'import', options: { batchSize: 5 } });
  for (const read of [10, 20, 30]) await records.progress(id, { counts: { read, created: read } });
  await records.fail(id, { code: 'DB_STORAGE_FULL', message: 'full' });
  const resumed = await records.resume(id);
  await records.progress(id, { counts: { read: 45 } });

  const ended = await records.complete(id, { counts: { read: 50, created: 50 } });

  expect(resumed.attemptLog.map(({ status, endedAt }) => ({ status, endedAt }))).toEqual([{ status: 'failed', endedAt: expect.any(Date) }, { status: 'running', endedAt: null }]);
  expect(ended.attemptLog).toMatchObject([
    { status: 'failed', readBefore: 0, read: 30, peakMemoryBytes: 500 },
    { status: 'completed', readBefore: 30, read: 50, peakMemoryBytes: 100, startedAt: expect.any(Date), endedAt: expect.any(Date) },
  ]);
  expect(ended).toMatchObject({ attempts: 2, options: { batchSize: 5 } });
});

test('a run that is resumed over and over keeps its last twenty attempts', async () => {
  await using database = await testDatabase();
  const records = syncRecords(database.db, { memoryBytes: null });
  const { id } = await records.start({ kind: 'import' });
  for (let times = 0; times < 25; times += 1) {
    await records.progress(id, { counts: { read: times + 1 } });
    await records.cancel(id);
    await records.resume(id);
  }

  const { attempts, attemptLog, options } = (await records.find(id))!;

  expect({ attempts, options }).toEqual({ attempts: 26, options: null });
  expect(attemptLog.map((each) => each.readBefore)).toEqual(Array.from({ length: 20 }, (_, index) => index + 6));
  expect(attemptLog.at(0)).toMatchObject({ status: 'cancelled', peakMemoryBytes: null });
});

test('the attempt of a process that died has ended when its record did', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const { id } = await syncRecords(db).start({ kind: 'import' });
  await db.knex.raw("update sync1688.sync_records set status = 'interrupted', finished_at = now() where id = ?", [id]);

  const record = await syncRecords(db).find(id);

  expect(record?.attemptLog).toMatchObject([{ status: 'interrupted', endedAt: record?.finishedAt }]);
});

test('rate, share and time left come from the time that was worked, not from the pauses', () => {
  const attempt = { status: 'interrupted', readBefore: 0, read: 100, peakMemoryBytes: 7, startedAt: start, endedAt: after(10) } as const;
  const running = {
    status: 'running', read: 150, created: 100, updated: 20, unchanged: 10, rejected: 15, duplicates: 5, startedAt: start, heartbeatAt: after(1_005), finishedAt: null,
    attemptLog: [attempt, { ...attempt, status: 'running', readBefore: 100, read: 150, peakMemoryBytes: 9, startedAt: after(1_000), endedAt: null }],
  } as unknown as StoredSyncRecord;

  const figures = syncFigures(running, 300);

  expect(figures).toEqual({ committed: 130, workedMs: 15_000, recordsPerSecond: 10, successRate: 0.9, peakMemoryBytes: 9, secondsLeft: 15 });
  expect(syncFigures(running).secondsLeft).toBeNull();
});

test('a running record whose claim is free is dead; one whose claim is held is not', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await using claim = await claimScope(db, { kind: 'import', scope: 'held' });
  const held = await syncRecords(db).start({ kind: 'import', scope: claim.scope });
  const free = await syncRecords(db).start({ kind: 'import', scope: 'free' });
  const young = await syncRecords(db).start({ kind: 'images' });
  const records = await collected(syncRecords(db).list());

  const dead = await deadRuns(db, records);
  const marked = await interruptDeadRuns(db, { silentMs: 0 });

  expect([...dead]).toEqual([free.id]);
  expect(marked.toSorted()).toEqual([free.id, young.id].toSorted());
  expect(await collected(syncRecords(db).list({ status: ['running', 'interrupted'] }), ({ id, status }) => `${id} ${status}`))
    .toEqual([`${young.id} interrupted`, `${free.id} interrupted`, `${held.id} running`]);
});
