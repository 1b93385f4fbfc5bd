import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Order } from './postgres-keeper.ts';
import { findPrograms } from './postgres-programs.ts';

/** A PostgreSQL that lives until it is closed or this process ends. */
export interface PostgresServer extends AsyncDisposable {
  /** Superuser on the database `postgres`, with password, over loopback. */
  readonly url: string;
  close(): Promise<void>;
}

const forTests = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'autovacuum=off', 'max_connections=200', 'shared_buffers=64MB', 'wal_level=replica', 'max_wal_size=1GB'];

/**
 * Starts a throw-away PostgreSQL on a free loopback port.
 * @param options `postgres`: major version or folder of programs, default `TEST_POSTGRES`; `settings`: further `name=value` of postgresql.conf
 * @throws when no PostgreSQL is found or it does not start
 */
export async function startPostgres({ postgres = process.env['TEST_POSTGRES'], settings = [] as readonly string[] } = {}): Promise<PostgresServer> {
  const order: Order = { programs: findPrograms(postgres || undefined), settings: [...forTests, ...settings] };
  const keeper = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('postgres-keeper.ts', import.meta.url)), JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // Ctrl-C goes to the whole group; the keeper must outlive the run to clean up after it
    env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: undefined },
  });
  const exited = once(keeper, 'exit');
  const answer = await firstLine(keeper.stdout);
  if (!answer.url) throw new Error(answer.error ?? 'PostgreSQL for the tests ended before it answered.');
  for (const handle of [keeper, keeper.stdin, keeper.stdout]) (handle as { unref?: () => void }).unref?.();
  const close = async (): Promise<void> => {
    keeper.stdin.end();
    keeper.ref();
    await exited;
  };
  return { url: answer.url, close, [Symbol.asyncDispose]: close };
}

async function firstLine(output: NodeJS.ReadableStream): Promise<{ url?: string; error?: string }> {
  for await (const line of createInterface({ input: output })) return JSON.parse(line) as { url?: string; error?: string };
  return {};
}
