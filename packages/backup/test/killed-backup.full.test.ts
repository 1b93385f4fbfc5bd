import { fileBackend } from '@1688/storage';
import { testDatabase } from '@1688/vitest';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackup, listBackups, verifyBackup } from '../src/index.ts';
import { addPictures, addProducts, collected } from './fixture.ts';

const moments = [['repo.json', 'after'], ['packs/', 'before'], ['packs/', 'after'], ['blobs/', 'after'], ['index/', 'before'], ['index/', 'after'], ['snapshots/', 'before']] as const;

test('a backup that is killed leaves none that looks complete, and the next run succeeds at once', { timeout: 180_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'backup-kill-'));
  await using database = await testDatabase();
  const files = fileBackend(join(folder, 'images'));
  const target = { db: database.db, schema: 'sync1688', files };
  await addPictures(database.db, files, 1, 5);
  await addProducts(database.db, 1, 1_000);

  for (const [prefix, moment] of moments) {
    const backups = join(folder, `backups ${prefix.replaceAll('/', '')} ${moment}`);
    const child = spawn(process.execPath, ['--conditions=@1688/source', join(import.meta.dirname, 'killed-backup.ts'), database.url, join(folder, 'images'), backups, prefix, moment], { stdio: 'ignore' });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    const repository = fileBackend(backups);

    expect(signal, `${moment} ${prefix}`).toBe('SIGKILL');
    expect(await collected(listBackups({ repository }))).toEqual([]);
    const next = await createBackup(target, { repository, name: 'next' });
    expect(next).toMatchObject({ status: 'complete', verified: true, images: 5 });
    expect(await verifyBackup({ repository, name: 'next', level: 'read' })).toMatchObject({ ok: true });
  }
  await rm(folder, { recursive: true });
});
