import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cliStore, exitOf } from './cli-store.ts';

/** Waits for the lines that a server prints. */
async function listening(child: ChildProcess): Promise<{ link: string; url: string }> {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => { text += chunk.toString(); });
  for (const until = Date.now() + 20_000; Date.now() < until; await sleep(20)) {
    const [link] = /http:\/\/\S+\/open\/\S+/.exec(text) ?? [];
    if (link && text.includes('/api/v1')) return { link, url: new URL(link).origin };
  }
  throw new Error(`it does not listen: ${text}`);
}

test('keys are made, listed and revoked, and only the first shows the key', async () => {
  await using store = await cliStore();

  const { key } = await store.data<{ key: string }>('serve', 'keys', 'add', 'erp', '--role', 'operator');
  const listed = await store.run('serve', 'keys', 'list');
  const taken = await store.run('serve', 'keys', 'add', 'erp');
  const removed = await store.run('serve', 'keys', 'remove', 'erp');
  const again = await store.run('serve', 'keys', 'remove', 'erp');

  expect(key).toMatch(/^1688_[\w-]{43}$/);
  expect(listed.stdout).toContain('operator');
  expect(listed.stdout).not.toContain(key);
  expect([taken.code, removed.code, again.code]).toEqual([1, 0, 7]);
});

test('H03: serve refuses an address that others can reach while nobody has a key', async () => {
  await using store = await cliStore();

  const { code, stderr } = await store.run('serve', '--host', '0.0.0.0', '--port', '0');

  expect([code, stderr]).toEqual([5, expect.stringContaining('CONFIG_UNSAFE') as unknown]);
});

test('H09: serve under load ends with what it began, and the second signal ends it at once', async () => {
  await using store = await cliStore();
  const { key } = await store.data<{ key: string }>('serve', 'keys', 'add', 'erp', '--role', 'operator');
  const child = store.start('serve', '--port', '0');
  const { url, link } = await listening(child);
  const opened = await fetch(link);
  const counts = { answered: 0, refused: 0, broken: 0 };
  const over = new AbortController();
  const load = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) {
      await fetch(`${url}/api/v1/products`, { headers: { authorization: `Bearer ${key}` } }).then(async (reply) => {
        await reply.arrayBuffer();
        counts[reply.ok ? 'answered' : 'refused'] += 1;
      }, (error: unknown) => {
        // A connection that was never taken is no request that was accepted.
        if (String((error as { cause?: { code?: string } }).cause?.code) !== 'ECONNREFUSED') counts.broken += 1;
        over.abort();
      });
    }
  });
  await expect.poll(() => counts.answered, { timeout: 30_000 }).toBeGreaterThan(10);
  const started = Date.now();
  child.kill('SIGTERM');
  const code = await exitOf(child);
  await Promise.all(load);

  expect(opened.status).toBe(200);
  expect(code).toBe(0);
  expect(Date.now() - started).toBeLessThan(10_000);

  const second = store.start('serve', '--port', '0', '--host', '0.0.0.0');
  await listening(second);
  const ended = exitOf(second);
  second.kill('SIGTERM');
  await sleep(300);
  const hurried = Date.now();
  second.kill('SIGTERM');

  expect(await ended).toBe(130);
  expect(Date.now() - hurried).toBeLessThan(1_000);
});

test('a worker does the jobs that a server without one was asked for', async () => {
  await using store = await cliStore({ SERVER_JOBS: '0' });
  const { key } = await store.data<{ key: string }>('serve', 'keys', 'add', 'erp', '--role', 'operator');
  const server = store.start('serve', '--port', '0');
  const { url } = await listening(server);
  const headers = { authorization: `Bearer ${key}` };

  const { id } = await (await fetch(`${url}/api/v1/checks`, { method: 'POST', headers })).json() as { id: string };
  const worker = store.start('worker');
  await expect.poll(async () => ((await (await fetch(`${url}/api/v1/jobs/${id}`, { headers })).json()) as { state: string }).state, { timeout: 20_000 }).toBe('completed');
  const codes = [server, worker].map(exitOf);
  for (const child of [server, worker]) child.kill('SIGTERM');

  expect(await Promise.all(codes)).toEqual([0, 0]);
});
