// What tests of a real server share: folders, other processes, queries, and tidying up after both.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { openEmbeddedPostgres } from '../src/index.ts';
import { findServer } from '../src/server.ts';

export interface User {
  readonly child: ChildProcess;
  readonly url: string;
  readonly code?: string;
  readonly message?: string;
  /** Lets it leave and waits until it has. */
  leave(): Promise<void>;
}

export interface EmbeddedPlace extends AsyncDisposable {
  readonly root: string;
  /** A directory with a database that was made before: making one costs a second. */
  prepared(name?: string): Promise<string>;
  /** Starts another process that uses the database, and waits until it has it or knows why not. */
  user(directory: string, more?: { uid?: number; gid?: number }): Promise<User>;
  /** The same, without waiting. */
  start(directory: string, more?: { uid?: number; gid?: number }): ChildProcess;
}

let template: Promise<string> | undefined;

/** One database a test file is copied from. */
async function makeTemplate(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), '1688sync-embedded-'));
  await (await openEmbeddedPostgres({ directory })).close();
  return directory;
}

export async function removeTemplate(): Promise<void> {
  if (template) await rm(await template, { recursive: true, force: true });
}

export async function embeddedPlace(): Promise<EmbeddedPlace> {
  const root = await mkdtemp(path.join(tmpdir(), '1688sync-embedded-'));
  const children: ChildProcess[] = [];
  const start: EmbeddedPlace['start'] = (directory, more = {}) => {
    const child = spawn(process.execPath, ['--conditions=@1688/source', path.join(import.meta.dirname, 'user.ts'), directory], { stdio: ['pipe', 'pipe', 'inherit'], ...more });
    children.push(child);
    return child;
  };
  return {
    root,
    start,
    async prepared(name = 'db') {
      const directory = path.join(root, name);
      await cp(await (template ??= makeTemplate()), directory, { recursive: true });
      return directory;
    },
    async user(directory, more) {
      const child = start(directory, more);
      const ended = once(child, 'exit');
      const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line') as [string];
      return { ...(JSON.parse(line) as { url: string }), child, leave: async () => { child.stdin?.end(); await ended; } };
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill('SIGKILL');
      for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
        const server = entry.name === 'data' ? await serverOf(entry.parentPath) : null;
        if (server) process.kill(server.pid, 'SIGQUIT');
      }
      await rm(root, { recursive: true, force: true, maxRetries: 20 }); // a server or initdb may still be ending
    },
  };
}

export async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // tests kill servers
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

export function serverOf(directory: string): ReturnType<typeof findServer> {
  return findServer(path.join(directory, 'data'));
}
