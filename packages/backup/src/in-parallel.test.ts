import { describe, expect, test } from 'vitest';
import { collected } from '../test/fixture.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { byWorkers, inParallel } from './in-parallel.ts';

describe('inParallel', () => {
  test('keeps the order, and no more at work than allowed', async () => {
    let [running, most] = [0, 0];
    const work = async (ms: number): Promise<number> => {
      most = Math.max(most, (running += 1));
      await sleep(ms);
      running -= 1;
      return ms;
    };

    expect(await collected(inParallel([20, 1, 10, 1], 2, work))).toEqual([20, 1, 10, 1]);
    expect(most).toBe(2);
  });
});

describe('byWorkers', () => {
  test('a failure ends the taking of items and is thrown', async () => {
    const taken: number[] = [];

    await expect(byWorkers([1, 2, 3, 4, 5], 1, async (item) => {
      taken.push(item);
      if (item === 2) throw new Error('no');
    })).rejects.toThrow('no');
    expect(taken).toEqual([1, 2]);
  });
});
