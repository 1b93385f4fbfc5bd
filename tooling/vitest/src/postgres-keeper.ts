/**
 * A process of its own that runs one throw-away PostgreSQL for as long as its standard input stays open. When the process that
 * started it ends, however it ends, the pipe closes: the server is stopped and its folder removed.
 * Argument: `Order` as JSON. Output: one line of JSON, `{ url }` or `{ error }`. Input: one `Command` a line, each answered by `{ done }`
 * or `{ error }` once it took effect.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountFor, type Account } from './postgres-account.ts';
import type { PostgresPrograms } from './postgres-programs.ts';

export interface Order {
  readonly programs: PostgresPrograms;
  /** Lines of postgresql.conf, as `name=value`. */
  readonly settings: readonly string[];
}

/** `fast` and `immediate` as in pg_ctl; `kill` ends the server and all its processes at once, as a power cut would. */
export const commands = ['start', 'fast', 'immediate', 'kill'] as const;
export type Command = (typeof commands)[number];

/** Sockets lie in the folder: a path longer than about 100 bytes would not be accepted. */
const home = mkdtempSync(path.join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'pg1688-'));
const data = path.join(home, 'data');
const log = path.join(home, 'log');
let server: ChildProcess | undefined;
let launch: () => Promise<boolean> = () => Promise.resolve(false);
let obeyed: Promise<void> = Promise.resolve();
chmodSync(home, 0o755); // nobody must get through; what is secret inside has its own mode

const orders = createInterface({ input: process.stdin });
orders.on('line', (line) => (obeyed = obeyed.then(() => answer(line))));
orders.on('close', () => leave(0));
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
    launch = () => {
      const output = openSync(log, 'a');
      server = spawn(command, args, { env: environment, cwd: home, stdio: ['ignore', output, output], ...account.owner });
      closeSync(output);
      return ready(server);
    };
    if (await launch()) return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    // Another program may have taken the port in between; anything else fails again in the same way.
    if (attempt === 3) throw new Error('PostgreSQL for the tests did not start.');
  }
}

async function answer(line: string): Promise<void> {
  try {
    await obey(line as Command);
    process.stdout.write(`${JSON.stringify({ done: line })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
  }
}

async function obey(command: Command): Promise<void> {
  switch (command) {
    case 'start':
      // The processes of a killed server need a moment to leave its shared memory.
      for (let attempt = 1; !(await launch()); attempt += 1) {
        if (attempt === 50) throw new Error(`PostgreSQL did not start again: ${readFileSync(log, 'utf8').split('\n').slice(-8).join('\n')}`);
        await sleep(50);
      }
      return;
    case 'fast':
      return ended('SIGINT');
    case 'immediate':
      return ended('SIGQUIT');
    case 'kill': {
      const children = childrenOf(server?.pid);
      server?.kill('SIGSTOP'); // so that it does not tell its processes to end before they are killed themselves
      for (const pid of children) killed(pid);
      return ended('SIGKILL');
    }
  }
}

async function ended(signal: NodeJS.Signals): Promise<void> {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const exit = new Promise((resolve) => server?.once('exit', resolve));
  server.kill(signal);
  await exit;
}

function childrenOf(parent: number | undefined): number[] {
  const listed = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout ?? '';
  return listed.split('\n').map((line) => line.trim().split(/\s+/).map(Number)).filter(([, ppid]) => ppid === parent).map(([pid = 0]) => pid);
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself in between
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

/** True once the server says so in its pid file, where a killed one may have left its own lines; false when it ended before. */
async function ready(child: ChildProcess): Promise<boolean> {
  const pidFile = path.join(data, 'postmaster.pid');
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const [pid, ...lines] = linesOf(pidFile);
    if (Number(pid) === child.pid && lines[6]?.trim() === 'ready') return true;
    await sleep(10);
  }
}

/** Of a file that a starting server makes anew: it may not be there at this very moment. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // read again in a moment
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
