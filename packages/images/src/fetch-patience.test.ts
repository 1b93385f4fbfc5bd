import { SyncError } from '@1688/core';
import { beforeEach, expect, test, vi } from 'vitest';
import { failureOf } from '../test/fault-fixture.ts';
import { withPatience, type PatienceOptions } from './fetch-patience.ts';

vi.useFakeTimers();
beforeEach(() => vi.setSystemTime(0));

const options: PatienceOptions = { attempts: 3, retryDelayMs: 500, signal: undefined };

/** Fails for ever in the same way; tells how often and when it gave up. */
async function giveUp(error: SyncError, given = options): Promise<{ tries: number; afterMs: number; code: string }> {
  const startedAt = Date.now();
  let tries = 0;
  const run = async (): Promise<{ tries: number; afterMs: number; code: string }> => {
    const { code } = await failureOf(withPatience(given, async () => {
      tries += 1;
      throw error;
    }));
    return { tries, afterMs: Date.now() - startedAt, code };
  };
  const end = run();
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  return end;
}

const status = (retryAfterMs?: number): SyncError => new SyncError('FETCH_STATUS', 'busy', { retryable: true, details: retryAfterMs === undefined ? {} : { retryAfterMs } });

test('what may succeed soon is tried three times, after growing waits', async () => {
  const { tries, afterMs, code } = await giveUp(status());

  expect([tries, code]).toEqual([3, 'FETCH_STATUS']);
  expect(afterMs).toBeLessThanOrEqual(500 + 2_000);
});

test('what will not succeed, or not soon, is tried once', async () => {
  for (const error of [new SyncError('FETCH_GONE', 'gone'), new SyncError('FETCH_DENIED', 'no', { retryable: true }), new SyncError('ADDRESS_BLOCKED', 'no')]) {
    expect(await giveUp(error)).toMatchObject({ tries: 1, code: error.code });
  }
});

test('the origin\'s own wait is kept, unless all tries together would take more than 90 s', async () => {
  expect(await giveUp(status(40_000))).toEqual({ tries: 3, afterMs: 80_000, code: 'FETCH_STATUS' });
  expect(await giveUp(status(60_000))).toEqual({ tries: 2, afterMs: 60_000, code: 'FETCH_STATUS' });
  expect(await giveUp(status(120_000))).toEqual({ tries: 1, afterMs: 0, code: 'FETCH_STATUS' });
});

test('a short suspension is waited for and is no try, a long one is told at once', async () => {
  const suspended = (retryAfterMs: number): SyncError => new SyncError('ORIGIN_SUSPENDED', 'later', { retryable: true, details: { retryAfterMs } });

  expect(await giveUp(suspended(5_000))).toEqual({ tries: 19, afterMs: 90_000, code: 'ORIGIN_SUSPENDED' });
  expect(await giveUp(suspended(60_000))).toEqual({ tries: 1, afterMs: 0, code: 'ORIGIN_SUSPENDED' });
});

test('who cancels while waiting gets ABORTED', async () => {
  const controller = new AbortController();
  const end = giveUp(status(40_000), { ...options, signal: controller.signal });
  controller.abort();

  expect(await end).toMatchObject({ tries: 1, code: 'ABORTED' });
});
