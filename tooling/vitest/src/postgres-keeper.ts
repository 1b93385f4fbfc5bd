/**
 * A process of its own that runs one throw-away PostgreSQL for as long as its standard input stays open. When the process that
 * started it ends, however it ends, the pipe closes: the server is stopped and its folder removed.
 * Argument: `Order` as JSON. Output: one line of JSON, `{ url }` or `{ error }`.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountFor, type Account } from './postgres-account.ts';
import type { PostgresPrograms } from './postgres-programs.ts';

export interface Order {
  readonly programs: PostgresPrograms;
  /** Lines of postgresql.conf, as `name=value`. */
  readonly settings: readonly string[];
}

/** Sockets lie in the folder: a path longer than about 100 bytes would not be accepted. */
const home = mkdtempSync(path.join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'pg1688-'));
const data = path.join(home, 'data');
const log = path.join(home, 'log');
let server: ChildProcess | undefined;
chmodSync(home, 0o755); // nobody must get through; what is secret inside has its own mode

process.stdin.resume();
process.stdin.on('end', () => leave(0));
process.stdin.on('error', () => leave(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave(0));

try {
  const url = await start(JSON.parse(process.argv[2] ?? '') as Order);
  process.stdout.write(`${JSON.stringify({ url })}\n`);
} catch (error) {
  const tail = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-15).join('\n') : '';
  process.stdout.write(`${JSON.stringify({ error: `${error instanceof Error ? error.message : String(error)}\n${tail}` })}\n`);
  await leave(1);
}

async function start({ programs: found, settings }: Order): Promise<string> {
  const environment = { ...process.env, ...libraryPath(found), LC_ALL: 'C.UTF-8', PGTZ: 'UTC' };
  const { programs, account } = startable(found, environment);
  const password = randomBytes(12).toString('hex');
  initialise(programs, account, password, environment);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const [command = '', ...args] = [...account.prefix, path.join(programs.bin, 'postgres'), '-D', data, '-p', String(port), '-k', home, ...settings.flatMap((each) => ['-c', each])];
    const output = openSync(log, 'a');
    server = spawn(command, args, { env: environment, cwd: home, stdio: ['ignore', output, output], ...account.owner });
    if (await ready(server)) return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    // Another program may have taken the port in between; anything else fails again in the same way.
    if (attempt === 3) throw new Error('PostgreSQL for the tests did not start.');
  }
}

/** Below root's own 0700 folder, in a container that forbids namespaces, only a copy elsewhere can be started. */
function startable(programs: PostgresPrograms, environment: NodeJS.ProcessEnv): { programs: PostgresPrograms; account: Account } {
  const account = accountFor(path.join(programs.bin, 'postgres'), environment);
  if (account) return { programs, account };
  const copy = { ...programs, bin: path.join(home, 'native/bin') };
  cpSync(path.dirname(programs.bin), path.dirname(copy.bin), { recursive: true });
  for (const [name, target] of Object.entries(programs.libraryLinks)) {
    rmSync(path.join(home, 'lib', name));
    symlinkSync(path.join(home, 'native/lib', path.basename(target)), path.join(home, 'lib', name));
  }
  const other = accountFor(path.join(copy.bin, 'postgres'), environment);
  if (other) return { programs: copy, account: other };
  throw new Error(`PostgreSQL wants a user that is not root and has a name; ${programs.bin} starts neither as nobody nor in a user namespace. Run as another user.`);
}

function initialise(programs: PostgresPrograms, account: Account, password: string, environment: NodeJS.ProcessEnv): void {
  const secret = path.join(home, 'password');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(secret, password, { mode: 0o600 });
  if (account.owner) for (const each of [home, data, secret]) chownSync(each, account.owner.uid, account.owner.gid);
  const own = programs.major >= 17 ? ['--locale-provider=builtin'] : [];
  const options = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--locale=C.UTF-8', ...own, '--no-sync', '--no-instructions'];
  const [command = '', ...args] = [...account.prefix, path.join(programs.bin, 'initdb'), ...options];
  const done = spawnSync(command, args, { env: environment, cwd: home, encoding: 'utf8', ...account.owner });
  if (done.status !== 0) throw new Error(`initdb failed: ${done.error?.message ?? done.stderr}`);
}

/** npm drops symbolic links, so the libraries that the programs ask for under their short names get a folder of links. */
function libraryPath({ bin, libraryLinks: links }: PostgresPrograms): NodeJS.ProcessEnv {
  if (Object.keys(links).length === 0) return {};
  const folder = path.join(home, 'lib');
  mkdirSync(folder, { mode: 0o755 });
  for (const [name, target] of Object.entries(links)) symlinkSync(target, path.join(folder, name));
  return { [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: [folder, path.join(bin, '../lib'), path.join(home, 'native/lib')].join(':') };
}

/** True once the server says so in its pid file; false when it ended before. */
async function ready(child: ChildProcess): Promise<boolean> {
  const pidFile = path.join(data, 'postmaster.pid');
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    if (existsSync(pidFile) && readFileSync(pidFile, 'utf8').split('\n')[7]?.trim() === 'ready') return true;
    await sleep(10);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function leave(code: number): Promise<never> {
  // Immediate shutdown: the data is removed anyway.
  if (server && server.exitCode === null && server.signalCode === null) {
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    server.kill('SIGQUIT');
    await Promise.race([ended, sleep(5_000)]);
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}
