import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { testDatabase, type TestDatabase } from '@1688/vitest';
import { runCli } from '../src/run.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder and a database, in which command lines run as if in a shell of their own. */
export interface CliStore extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly folder: string;
  run(...argv: string[]): Promise<Ended>;
  /** The `data` of `--json`. */
  data<Data>(...argv: string[]): Promise<Data>;
  file(name: string, text: string): Promise<void>;
  /** The same command line in a process of its own, which can be killed. */
  start(...argv: string[]): ChildProcess;
}

export async function cliStore(env: Readonly<Record<string, string>> = {}): Promise<CliStore> {
  const database = await testDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), '1688sync-cli-'));
  const whole = { DATABASE_URL: database.url, DATA_DIR: folder, DB_POOL_MAX: '3', ...env };
  const run = async (...argv: string[]): Promise<Ended> => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const texts: [string, string] = ['', ''];
    stdout.on('data', (chunk: Buffer) => { texts[0] += String(chunk); });
    stderr.on('data', (chunk: Buffer) => { texts[1] += String(chunk); });
    const code = await runCli(argv, { stdin, stdout, stderr, cwd: folder, env: whole, signal: new AbortController().signal });
    return { code, stdout: texts[0], stderr: texts[1] };
  };
  return {
    database, folder, run,
    async data(...argv) {
      const { stdout } = await run(...argv, '--json');
      return (JSON.parse(stdout) as { data: never }).data;
    },
    file: (name, text) => writeFile(path.join(folder, name), text),
    start: (...argv) => fork(fileURLToPath(new URL('../src/main.ts', import.meta.url)), argv, {
      cwd: folder, env: { PATH: process.env['PATH'], ...whole }, execArgv: ['--conditions=@1688/source', '--disable-warning=ExperimentalWarning'], stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    }),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Rows of a free table; a title that is empty is rejected. */
export function tableOf(rows: readonly (readonly [id: string, title: string, price: string])[]): string {
  return `商品ID,商品标题,价格\n${rows.map((row) => row.join(',')).join('\n')}\n`;
}

/** Waits until a process has ended; its exit code, or null when it was killed. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}
