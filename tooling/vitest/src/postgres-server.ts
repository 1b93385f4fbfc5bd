import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Command, Order } from './postgres-keeper.ts';
import { findPrograms } from './postgres-programs.ts';

/** A PostgreSQL that lives until it is closed or this process ends. */
export interface PostgresServer extends AsyncDisposable {
  /** Superuser on the database `postgres`, with password, over loopback. */
  readonly url: string;
  close(): Promise<void>;
}

/** The same with a hand on its switch: what is committed survives, as far as its settings say so; the URL stays. */
export interface FragilePostgres extends PostgresServer {
  /** `fast` and `immediate` as in pg_ctl; `kill` is SIGKILL for the server and all its processes. Returns when they are gone. */
  stop(how: Exclude<Command, 'start'>): Promise<void>;
  /** Returns when connections are taken again. */
  start(): Promise<void>;
}

const forTests = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'autovacuum=off', 'max_connections=200', 'shared_buffers=64MB', 'wal_level=replica', 'max_wal_size=1GB'];

export interface StartPostgresOptions {
  /** Major version or folder of programs. Default `TEST_POSTGRES`. */
  readonly postgres?: string | undefined;
  /** Further `name=value` of postgresql.conf. */
  readonly settings?: readonly string[];
  /** Where its folder is made. Default: that of the system. */
  readonly folder?: string;
}

/**
 * Starts a throw-away PostgreSQL on a free loopback port.
 * @throws when no PostgreSQL is found or it does not start
 */
export async function startPostgres({ postgres = process.env['TEST_POSTGRES'], settings = [], folder }: StartPostgresOptions = {}): Promise<FragilePostgres> {
  const order: Order = { programs: findPrograms(postgres || undefined), settings: [...forTests, ...settings] };
  const keeper = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('postgres-keeper.ts', import.meta.url)), JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // Ctrl-C goes to the whole group; the keeper must outlive the run to clean up after it
    env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: undefined, ...(folder === undefined ? {} : { TMPDIR: folder }) },
  });
  const exited = once(keeper, 'exit');
  const answers = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Answer> => {
    const { value } = await answers.next() as { value?: string };
    return value === undefined ? { error: 'PostgreSQL for the tests ended before it answered.' } : JSON.parse(value) as Answer;
  };
  const { url, error } = await next();
  if (!url) throw new Error(error);
  for (const handle of [keeper, keeper.stdin, keeper.stdout]) (handle as { unref?: () => void }).unref?.();
  const tell = async (command: Command): Promise<void> => {
    keeper.stdin.write(`${command}\n`);
    const answer = await next();
    if (answer.error) throw new Error(answer.error);
  };
  const close = async (): Promise<void> => {
    keeper.stdin.end();
    keeper.ref();
    await exited;
  };
  return { url, stop: tell, start: () => tell('start'), close, [Symbol.asyncDispose]: close };
}

interface Answer {
  readonly url?: string;
  readonly done?: Command;
  readonly error?: string;
}
