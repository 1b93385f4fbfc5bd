import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { cleanUpReplayedRejects, syncRecords, syncRejects, type Database } from '../src/index.ts';
import { collected } from './fixtures/collected.ts';

const reject = { item: { document: '{}', profile: null, position: { line: 3, record: 2, pointer: '' }, field: 'title' }, error: { code: 'FIELD_MISSING', message: 'none' } };

async function endedRun(db: Database): Promise<string> {
  const { id } = await syncRecords(db).start({ kind: 'import' });
  await syncRecords(db).complete(id);
  return id;
}

async function age(db: Database): Promise<void> {
  await db.knex.raw("update sync1688.sync_records set finished_at = finished_at - interval '40 days', started_at = started_at - interval '40 days'");
  await db.knex.raw("update sync1688.sync_rejects set replayed_at = replayed_at - interval '40 days'");
}

const allIds = async (db: Database): Promise<string[]> => (await collected(syncRecords(db).list(), (each) => each.id)).toReversed();

test('old records go, but not running ones and not those that anything stands on', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const [bare, sighted, documented, superseded, fed, lettered] = [await endedRun(db), await endedRun(db), await endedRun(db), await endedRun(db), await endedRun(db), await endedRun(db)];
  const running = (await syncRecords(db).start({ kind: 'import' })).id;
  await db.knex.raw("insert into sync1688.sightings (sync_record_id, kind, scope, observed_at, product_count, product_ids) values (?, 'list', 'default', now(), 0, '')", [sighted]);
  await db.knex.raw("insert into sync1688.payloads (source_id, kind, hash, profile, mapper_version, sync_record_id, observed_at, size_bytes, body) values ('1', 'list', '', 'x', 1, ?, now(), 0, '')", [documented]);
  await db.knex.raw("insert into sync1688.products (id, source_id, title) values (1, '1', '裙')");
  await db.knex.raw("insert into sync1688.history_points (product_id, field, valid_from, valid_to, sync_record_id) values (1, 'price', now(), now(), ?)", [superseded]);
  await db.knex.raw("insert into sync1688.changes (entity, source_id, kind, sync_record_id) values ('product', '1', 'created', ?)", [fed]);
  await syncRejects(db).append(lettered, [reject]);
  await age(db);
  const young = await endedRun(db);

  const would = await syncRecords(db).cleanUp(30, { dryRun: true });
  const count = await syncRecords(db).cleanUp(30);

  expect([would, count]).toEqual([1, 1]);
  expect(await allIds(db)).toEqual([sighted, documented, superseded, fed, lettered, running, young]);
  expect(await syncRecords(db).find(bare)).toBeNull();
  await expect(syncRecords(db).cleanUp(-1)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('a record with rejects goes once they are replayed, or when open ones may be lost', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const [replayed, open] = [await endedRun(db), await endedRun(db)];
  for (const id of [replayed, open]) await syncRejects(db).append(id, [reject]);
  const [first] = await collected(syncRejects(db).list({ syncRecordId: replayed }), (each) => each.id);
  await syncRejects(db).markReplayed([first!]);
  await age(db);

  expect(await syncRecords(db).cleanUp(30)).toBe(1);
  expect(await allIds(db)).toEqual([open]);
  expect(await syncRecords(db).cleanUp(30, { openRejects: true })).toBe(1);
  expect(await syncRejects(db).count()).toBe(0);
});

test('more records than one batch are deleted in several', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await db.knex.raw("insert into sync1688.sync_records (kind, status, finished_at) select 'images', 'completed', now() - interval '40 days' from generate_series(1, 2300)");

  expect(await syncRecords(db).cleanUp(30)).toBe(2_300);
  expect(await allIds(db)).toEqual([]);
});

test('replayed rejects go after their time, open ones never', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const run = await endedRun(db);
  await syncRejects(db).append(run, [reject, reject, reject]);
  const [first, second, third] = await collected(syncRejects(db).list(), (each) => each.id);
  await syncRejects(db).markReplayed([first!]);
  await age(db);
  await syncRejects(db).markReplayed([first!, second!]);

  const would = await cleanUpReplayedRejects(db, 30, { dryRun: true });
  const count = await cleanUpReplayedRejects(db, 30);

  expect([would, count]).toEqual([1, 1]);
  expect(await collected(syncRejects(db).list(), (each) => each.id)).toEqual([second, third]);
});

test('rejects are chosen by run, code, scope and state, and counted by scope and profile', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const [a, b] = [await syncRecords(db).start({ kind: 'import', scope: '甲店' }), await syncRecords(db).start({ kind: 'import', scope: '乙店' })];
  await syncRejects(db).append(a.id, [reject, { ...reject, error: { code: 'FIELD_INVALID', message: 'x' } }]);
  await syncRejects(db).append(b.id, [{ ...reject, item: { ...reject.item, profile: 'table' } }]);
  const [first, second, third] = await collected(syncRejects(db).list(), (each) => each.id);

  await syncRejects(db).failedAgain(third!, { code: 'FIELD_TOO_LONG', message: 'long', field: null });

  const ids = (filter: object): Promise<string[]> => collected(syncRejects(db).list(filter), (each) => each.id);
  expect(await ids({ code: 'FIELD_MISSING' })).toEqual([first]);
  expect(await ids({ code: 'FIELD_TOO_LONG' })).toEqual([third]);
  expect(await ids({ scope: '甲店' })).toEqual([first, second]);
  expect(await ids({ ids: [second, third] })).toEqual([second, third]);
  expect(await syncRejects(db).count({ scope: '乙店', replayed: false })).toBe(1);
  expect(await syncRejects(db).groups()).toEqual(expect.arrayContaining([{ scope: '甲店', profile: null, count: 2 }, { scope: '乙店', profile: 'table', count: 1 }]));
});
