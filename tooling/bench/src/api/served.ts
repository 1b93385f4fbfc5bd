import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface Served extends AsyncDisposable {
  readonly url: string;
}

const node = ['--conditions=@1688/source', '--disable-warning=ExperimentalWarning'];
export const apiKey = 'bench-bench-bench-bench';

/** `1688sync serve` as users start it, without a limit for one client and without jobs. */
export function serveUs(databaseUrl: string, dataDir: string): Promise<Served> {
  const main = fileURLToPath(new URL('../../../../apps/cli/src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [...node, main, 'serve', '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, DATA_DIR: dataDir, API_KEYS: apiKey, SERVER_RATE_LIMIT: '0', SERVER_JOBS: '0', LANG: 'C' },
  });
  return addressOf(child, child.stderr, /API: (http:\/\/[^/]+)/);
}

/** A peer of ours that prints its address. */
export function servePeer(name: string, order: object): Promise<Served> {
  const child = spawn(process.execPath, [...node, fileURLToPath(new URL(`../peers/${name}`, import.meta.url)), JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] });
  return addressOf(child, child.stdout, /(http:\/\/\S+)/);
}

/** Any other program, at an address that is known. */
export async function serveProgram(command: string, args: readonly string[], url: string): Promise<Served> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let tries = 0; !(await fetch(url).then(() => true, () => false)); tries += 1) {
    if (tries > 100) throw new Error(`${command} does not answer.`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  return { url, [Symbol.asyncDispose]: () => ended(child) };
}

async function addressOf(child: ChildProcess, stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<Served> {
  let told = '';
  const url = await new Promise<string>((resolve, reject) => {
    stream?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      const [, found] = pattern.exec(told) ?? [];
      if (found) resolve(found);
    });
    child.once('exit', () => { reject(new Error(`The server ended: ${told}`)); });
  });
  return { url, [Symbol.asyncDispose]: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
