import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig, openMirror, type Mirror } from '@1688/mirror';
import { testDatabase } from '@1688/vitest';

/** A mirror on a fresh database and folder; what it opened is closed with `stack`. */
export async function openTestMirror(stack: AsyncDisposableStack): Promise<{ readonly mirror: Mirror; readonly url: string; readonly folder: string }> {
  const database = stack.use(await testDatabase());
  const folder = stack.use(await mkdtempDisposable(path.join(tmpdir(), 'pull1688-'))).path;
  const mirror = stack.use(await openMirror(await loadConfig({ cwd: folder, env: { DATABASE_URL: database.url, DATA_DIR: folder } }), { migrate: false }));
  return { mirror, url: database.url, folder };
}
