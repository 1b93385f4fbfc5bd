import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exclusively } from './mutex.ts';

let directory: string;
beforeEach(async () => { directory = await mkdtemp(path.join(tmpdir(), '1688sync-mutex-')); });
afterEach(async () => { await rm(directory, { recursive: true }); });

test('one at a time is inside', async () => {
  let inside = 0;
  let most = 0;
  await Promise.all(Array.from({ length: 10 }, () => exclusively(directory, { timeoutMs: 10_000 }, async () => {
    most = Math.max(most, (inside += 1));
    await sleep(2);
    inside -= 1;
  })));

  expect(most).toBe(1);
});

test('a failure inside lets go', async () => {
  await expect(exclusively(directory, { timeoutMs: 0 }, () => Promise.reject(new Error('fell')))).rejects.toThrow('fell');

  expect(await exclusively(directory, { timeoutMs: 0 }, async () => 'in')).toBe('in');
});

test('who waits is told once, and gives up after its time or when it is cancelled', async () => {
  let waits = 0;
  const onWait = (): void => { waits += 1; };
  await exclusively(directory, { timeoutMs: 0 }, async () => {
    await expect(exclusively(directory, { timeoutMs: 60, onWait }, async () => {})).rejects.toMatchObject({ code: 'LOCKED', retryable: true });
    await expect(exclusively(directory, { timeoutMs: 9_000, signal: AbortSignal.timeout(30) }, async () => {})).rejects.toMatchObject({ code: 'ABORTED' });
  });

  expect(waits).toBe(1);
});

test('two directories do not wait for each other', async () => {
  const other = await mkdtemp(path.join(tmpdir(), '1688sync-mutex-'));

  const inside = await exclusively(directory, { timeoutMs: 0 }, () => exclusively(other, { timeoutMs: 0 }, async () => 'both'));

  expect(inside).toBe('both');
  await rm(other, { recursive: true });
});
