import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { claimScope, syncRecords, syncRejects, transaction } from '../src/index.ts';
import { collected } from './fixtures/collected.ts';

const counts = { read: 10, created: 4, updated: 3, unchanged: 2, rejected: 1, duplicates: 0 };

test('a run goes from running to completed, with counts and checkpoint', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const started = await syncRecords(db).start({ kind: 'import', scope: 'shop', fullScan: true, input: 'a.csv', options: { batch: 5 } });

  await transaction(db, (trx) => syncRecords(trx).progress(started.id, { counts: { read: 5 }, checkpoint: { line: 6 } }));
  const ended = await syncRecords(db).complete(started.id, { counts, status: 'partial' });

  expect(started).toMatchObject({ status: 'running', fullScan: true, attempts: 1, finishedAt: null, options: { batch: 5 } });
  expect(ended).toMatchObject({ ...counts, status: 'partial', checkpoint: { line: 6 }, finishedAt: expect.any(Date) });
  expect(await syncRecords(db).find(started.id)).toEqual(ended);
});

test('a run that was ended by somebody else notices, and its batch is rolled back', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const { id } = await syncRecords(db).start({ kind: 'import' });
  await syncRecords(db).cancel(id);

  const batch = transaction(db, async (trx) => {
    await trx.knex.withSchema(trx.schema).table('suppliers').insert({ source_id: 'of the batch' });
    await syncRecords(trx).progress(id);
  });

  await expect(batch).rejects.toMatchObject({ code: 'SYNC_STATE', details: { status: 'cancelled' } });
  expect(await db.knex.withSchema(db.schema).table('suppliers').select()).toEqual([]);
});

test('a failed run keeps its errors, at most a hundred, and can be resumed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const { id } = await syncRecords(db).start({ kind: 'import' });
  for (let index = 0; index < 101; index += 1) await syncRecords(db).addError(id, { code: 'FIELD_INVALID', message: `记录 ${index}` });

  const failed = await syncRecords(db).fail(id, { code: 'DB_STORAGE_FULL', message: 'full' });
  const resumed = await syncRecords(db).resume(id);

  expect(failed.errors).toHaveLength(100);
  expect(failed.status).toBe('failed');
  expect(resumed).toMatchObject({ status: 'running', attempts: 2, finishedAt: null });
  await expect(syncRecords(db).resume(id)).rejects.toMatchObject({ code: 'SYNC_STATE' });
  await expect(syncRecords(db).complete('999')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('records are listed from the newest on', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const scope of ['a', 'b', 'a']) await syncRecords(db).start({ kind: 'import', scope });

  expect(await collected(syncRecords(db).list({ scope: 'a' }), (each) => each.id)).toEqual(['3', '1']);
  expect(await collected(syncRecords(db).list({ before: '3', limit: 1 }), (each) => each.id)).toEqual(['2']);
  expect(await syncRecords(db).find('not a number')).toBeNull();
});

test('two runs of one scope never overlap, those of others do', async () => {
  await using database = await testDatabase();
  const { db } = database;

  await using claim = await claimScope(db, { kind: 'import', scope: 'a' });
  await using other = await claimScope(db, { kind: 'import', scope: 'b' });

  expect(other.scope).toBe('b');
  await expect(claimScope(db, { kind: 'import', scope: 'a' })).rejects.toMatchObject({ code: 'LOCKED', retryable: true });
  await claim.release();
  await (await claimScope(db, { kind: 'import', scope: 'a' })).release();
});

test('a run whose process is killed frees its scope and is marked interrupted', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const child = spawn(process.execPath, ['--conditions=@1688/source', fileURLToPath(new URL('./fixtures/claim-process.ts', import.meta.url)), database.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  await expect(claimScope(db, { kind: 'import' })).rejects.toMatchObject({ code: 'LOCKED', message: expect.stringContaining(`sync record ${line.toString().trim()}`) });

  child.kill('SIGKILL');
  await once(child, 'exit');
  await expect.poll(() => claimScope(db, { kind: 'import' }).then((claim) => claim.release(), () => 'locked'), { timeout: 30_000 }).toBeUndefined();

  expect(await syncRecords(db).find(line.toString().trim())).toMatchObject({ status: 'interrupted', finishedAt: expect.any(Date) });
});

test('the claim of a run without a sign of life is taken from it, and it learns so', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await using frozen = await claimScope(db, { kind: 'import' });
  const { id } = await syncRecords(db).start({ kind: 'import' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await collected(syncRecords(db).listSilent(20), (each) => each.id)).toEqual([id]);

  await using claim = await claimScope(db, { kind: 'import', silentMs: 20 });

  expect([frozen.scope, claim.scope]).toEqual(['default', 'default']);
  await expect(syncRecords(db).progress(id)).rejects.toMatchObject({ code: 'SYNC_STATE', details: { status: 'interrupted' } });
});

test('rejects are kept whole, listed, and marked when they are replayed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const { id } = await syncRecords(db).start({ kind: 'import' });
  const item = { document: '{"title":"\u0000裙"}', profile: 'table', position: { line: 3, record: 2, pointer: '/0' }, field: 'title' };
  await syncRejects(db).append(id, [{ item, error: { code: 'FIELD_MISSING', message: 'none' } }, { item, error: { code: 'FIELD_INVALID', message: 'x' } }]);

  const [first, second] = await collected(syncRejects(db).list({ syncRecordId: id }));
  await syncRejects(db).markReplayed([first?.id ?? '']);

  expect(first).toMatchObject({ syncRecordId: id, line: 3, record: 2, pointer: '/0', field: 'title', code: 'FIELD_MISSING', document: '{"title":"裙"}', replayedAt: null });
  expect(await collected(syncRejects(db).list({ replayed: false }), (each) => each.id)).toEqual([second?.id]);
});
