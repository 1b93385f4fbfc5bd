import { fileBackend } from '@1688/storage';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyRestore, createBackup, dropRestore, listBackups, listRestorePlans, planRestore, pruneBackups, undoRestore, verifyBackup, type BackupTarget } from '../src/index.ts';
import { addPictures, addProducts, collected, values } from './fixture.ts';
import { places, repositoryAt, type Place } from './places.ts';

/** Kills in all, for each place spread over everything that each of four pieces of work does. `KILL_ROUNDS=60` is the measure of the release. */
const rounds = Math.max(2, Math.round(Number(process.env['KILL_ROUNDS'] ?? 8) / 4));
let folder: string;
let database: TestDatabase;
let target: BackupTarget;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-work-'));
  database = await testDatabase();
  target = { db: database.db, schema: 'sync1688', files: fileBackend(join(folder, 'images')) };
  await addPictures(database.db, target.files, 1, 4);
  await addProducts(database.db, 1, 2_000);
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const live = (): Promise<object[]> => values(database.db, `select count(*)::int as n, md5(string_agg(id || title || coalesce(price_min, 0), ',' order by id)) as hash from sync1688.products`);

/** @returns true when it was killed, false when it ended before the nth step */
async function killed(backups: string, work: string, name: string, nth: number): Promise<boolean> {
  const child = spawn(process.execPath, ['--conditions=@1688/source', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'killed-work.ts'), database.url, join(folder, 'images'), backups, work, name, String(nth)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal === 'SIGKILL' || code === 0, `${work} at step ${nth} ended with ${code}`).toBe(true);
  return signal === 'SIGKILL';
}

/** Steps from the first to beyond the last, denser at the beginning. */
const steps = (last: number): number[] => Array.from({ length: rounds }, (_, n) => 1 + Math.round((last - 1) * (n / (rounds - 1)) ** 1.3));

describe.each(places)('killed at any step, with the repository %s', (_, open) => {
  let place: Place;

  beforeAll(async () => {
    place = await open();
  });

  afterAll(() => place[Symbol.asyncDispose]());

  test('create: no backup looks complete that is not, and the next run succeeds at once and takes over what was written', { timeout: 900_000 }, async () => {
    let kills = 0;
    for (const nth of steps(150)) {
      const backups = place.address(`create-${nth}`);
      const repository = repositoryAt(backups);
      const wasKilled = await killed(backups, 'create', 'killed', nth);
      kills += wasKilled ? 1 : 0;
      for (const { name } of await collected(listBackups({ repository }))) expect(await verifyBackup({ repository, name: name ?? '', level: 'read' })).toMatchObject({ ok: true });

      expect(await createBackup(target, { repository, name: 'next' })).toMatchObject({ status: 'complete', verified: true });

      expect(await verifyBackup({ repository, name: 'next', level: 'read' }), `step ${nth}`).toMatchObject({ ok: true });
    }
    expect(kills).toBeGreaterThanOrEqual(rounds / 2);
  });

  test('restore: live data stays, and the next one succeeds; what the killed one left can be dropped', { timeout: 900_000 }, async () => {
    const backups = place.address('restore');
    const repository = repositoryAt(backups);
    await createBackup(target, { repository, name: 'nightly' });
    const before = await live();
    let kills = 0;
    for (const nth of steps(320)) {
      kills += (await killed(backups, 'plan', 'nightly', nth)) ? 1 : 0;
      expect(await live()).toEqual(before);
      for (const left of await listRestorePlans(target)) await dropRestore(left);
    }
    const plan = await planRestore(target, { repository, name: 'nightly' });

    expect(kills).toBeGreaterThanOrEqual(rounds / 2);
    expect(plan.differences).toEqual([]);
    await dropRestore(plan);
  });

  test('switch: the live data is the old or the restored, never a mixture, and it can be finished and undone', { timeout: 900_000 }, async () => {
    const backups = place.address('switch');
    const repository = repositoryAt(backups);
    await createBackup(target, { repository, name: 'nightly' });
    const restored = await live();
    await database.db.knex.raw(`update sync1688.products set title = '切换之前' where id % 3 = 0`);
    const old = await live();
    let kills = 0;
    for (const nth of steps(40)) {
      await target.files.delete((await values<{ key: string }>(database.db, 'select key from sync1688.image_objects limit 1'))[0]?.key ?? '');
      const plan = await planRestore(target, { repository, name: 'nightly' });
      kills += (await killed(backups, 'switch', plan.id, nth)) ? 1 : 0;
      const [state] = await listRestorePlans(target, { repository });

      expect(await live(), `step ${nth}`).toEqual(state?.state === 'applied' ? restored : old);

      const applied = state?.state === 'applied' ? state : await applyRestore({ ...plan, repository });
      expect(await live()).toEqual(restored);
      const undone = await undoRestore(applied);
      expect(await live()).toEqual(old);
      await dropRestore(undone);
    }
    expect(kills).toBeGreaterThanOrEqual(rounds / 2);
  });

  test('prune: every backup that is listed is whole, and the next prune finishes', { timeout: 900_000 }, async () => {
    let kills = 0;
    for (const nth of steps(60)) {
      const backups = place.address(`prune-${nth}`);
      const repository = repositoryAt(backups);
      for (const name of ['1', '2', '3']) {
        await database.db.knex.raw(`update sync1688.products set stock_quantity = ? where id % 2 = 0`, [nth * 10 + Number(name)]);
        await createBackup(target, { repository, name });
      }
      kills += (await killed(backups, 'prune', '', nth)) ? 1 : 0;
      const left = await collected(listBackups({ repository }));

      expect(left.at(-1)?.name).toBe('3');
      for (const { name } of left) expect(await verifyBackup({ repository, name: name ?? '', level: 'list' }), `step ${nth}`).toMatchObject({ ok: true });
      await pruneBackups({ repository, keepLast: 1, graceHours: 0 });
      expect(await verifyBackup({ repository, name: '3', level: 'read' })).toMatchObject({ ok: true });
      expect(await createBackup(target, { repository, name: '4' })).toMatchObject({ verified: true });
    }
    expect(kills).toBeGreaterThanOrEqual(rounds / 3);
  });
});
