import { memoryBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBackup, listBackups, pruneBackups, verifyBackup, type BackupTarget } from '../src/index.ts';
import { addProducts, collected, keysOf } from './fixture.ts';

const hour = 3_600_000;
let database: TestDatabase;
let target: BackupTarget;

beforeAll(async () => {
  database = await testDatabase();
  target = { db: database.db, schema: 'sync1688', files: memoryBackend() };
  await addProducts(database.db, 1, 100);
});

afterAll(() => database[Symbol.asyncDispose]());

test.each([['right', 0], ['a day ahead', 24 * hour], ['a day behind', -24 * hour]])('a storage whose clock is %s: locks that live are kept, those that gave no sign for half an hour are not', async (_, skewMs) => {
  let ageMs = 0;
  const repository = memoryBackend({ now: () => new Date(Date.now() + skewMs - ageMs) });
  await createBackup(target, { repository, name: 'only' });
  const lock = (pid: number, host: string): string => JSON.stringify({ kind: 'backup', host, pid, startedAt: new Date(0).toISOString() });

  await repository.put('locks/other.json', lock(1, 'another-host'));
  await expect(pruneBackups({ repository, keepLast: 1 })).rejects.toMatchObject({ code: 'LOCKED', retryable: true });
  ageMs = hour;
  await repository.put('locks/other.json', lock(1, 'another-host'));
  // The number of a process that is gone was given to another one, which lives: here to this very one.
  await repository.put('locks/reused.json', lock(process.pid, hostname()));
  ageMs = 0;

  expect(await pruneBackups({ repository, keepLast: 1 })).toMatchObject({ kept: 1 });
  expect(await keysOf(repository, 'locks/')).toEqual([]);
});

test('the lock of a process of this machine that is gone counts for nothing at once', async () => {
  const repository = memoryBackend();
  await createBackup(target, { repository, name: 'only' });
  await repository.put('locks/dead.json', JSON.stringify({ kind: 'prune', host: hostname(), pid: 2 ** 22 + 1, startedAt: new Date().toISOString() }));
  await repository.put('locks/cut.json', '{"kind":"pru');

  expect(await createBackup(target, { repository, name: 'next' })).toMatchObject({ verified: true });
});

test('backups, prunes and verifications at the same time leave every backup that is listed whole', async () => {
  const repository = memoryBackend();
  await createBackup(target, { repository, name: 'before' });
  const refused: unknown[] = [];
  const tried = async (work: () => Promise<unknown>): Promise<void> => {
    for (let round = 0; round < 4; round += 1) await work().catch((error: unknown) => refused.push(error));
  };

  await Promise.all([
    tried(async () => {
      await database.db.knex.raw('update sync1688.products set price_min = price_min + 1');
      return createBackup(target, { repository });
    }),
    tried(() => pruneBackups({ repository, keepLast: 2 })),
    tried(() => verifyBackup({ repository, name: 'latest', level: 'read' }).then(({ ok }) => expect(ok).toBe(true))),
  ]);

  for (const error of refused) expect(error).toMatchObject({ code: expect.stringMatching(/^(LOCKED|BACKUP_CONFLICT|BACKUP_NOT_FOUND)$/) });
  const left = await collected(listBackups({ repository }));
  expect(left.length).toBeGreaterThan(0);
  for (const { id } of left) expect(await verifyBackup({ repository, id: id ?? '', level: 'read' })).toMatchObject({ ok: true });
  expect(await keysOf(repository, 'locks/')).toEqual([]);
});
