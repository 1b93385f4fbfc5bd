// needs: pgbouncer
import { openDatabase } from '@1688/db';
import { memoryBackend } from '@1688/storage';
import { testDatabase } from '@1688/vitest';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackup, verifyBackup } from '../src/index.ts';
import { addProducts } from './fixture.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** PgBouncer before a database. */
async function pooled(url: string, mode: 'session' | 'transaction'): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'pooler-'));
  const { hostname, port, username, password, pathname } = new URL(url);
  const own = await freePort();
  const database = pathname.slice(1);
  await writeFile(join(folder, 'users.txt'), `"${username}" "${decodeURIComponent(password)}"\n`);
  await writeFile(join(folder, 'pgbouncer.ini'), `[databases]\n${database} = host=${hostname} port=${port} dbname=${database}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${own}\nunix_socket_dir =\n`
    + `auth_type = plain\nauth_file = ${folder}/users.txt\npool_mode = ${mode}\nignore_startup_parameters = options,extra_float_digits,idle_in_transaction_session_timeout\ndefault_pool_size = 20\n`);
  for (const [path, bits] of [[folder, 0o755], [join(folder, 'users.txt'), 0o644], [join(folder, 'pgbouncer.ini'), 0o644]] as const) await chmod(path, bits);
  const child = spawn('pgbouncer', [...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []), join(folder, 'pgbouncer.ini')], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (piece: Buffer) => { if ((said += piece.toString()).includes('process up')) resolve(); });
    child.once('exit', () => { reject(new Error(`pgbouncer ended: ${said}`)); });
  });
  return {
    url: Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(own) }).href,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

test('a pooler that lends connections to transactions is refused, one that works by session is not', { timeout: 60_000 }, async () => {
  await using database = await testDatabase();
  await addProducts(database.db, 1, 200);
  await using lending = await pooled(database.url, 'transaction');
  await using byTransaction = await openDatabase(lending.url);
  await using keeping = await pooled(database.url, 'session');
  await using bySession = await openDatabase(keeping.url);
  const repository = memoryBackend();

  await expect(createBackup({ db: byTransaction, schema: 'sync1688', files: memoryBackend() }, { repository, name: 'lent' })).rejects.toMatchObject({ code: 'REFUSED', message: expect.stringContaining('pooler') });
  expect(await createBackup({ db: bySession, schema: 'sync1688', files: memoryBackend() }, { repository, name: 'kept' })).toMatchObject({ verified: true });
  expect(await verifyBackup({ repository, name: 'kept', level: 'read' })).toMatchObject({ ok: true });
});
