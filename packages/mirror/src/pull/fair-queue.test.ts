import { expect, test } from 'vitest';
import { fairQueue, type WaitingImage } from './fair-queue.ts';

const image = (name: string, more: Partial<WaitingImage> = {}): WaitingImage => ({ canonicalUrl: name, host: 'h', group: 'g', priority: 0, ...more });
const anyHost = (): boolean => true;

test('groups of a host take turns, and better priorities come first', () => {
  const queue = fairQueue();
  for (const name of ['a1', 'a2', 'a3']) queue.offer(image(name, { group: 'a' }));
  queue.offer(image('late', { group: 'b', priority: 3 }));
  for (const name of ['b1', 'b2']) queue.offer(image(name, { group: 'b' }));

  const order = Array.from({ length: 6 }, () => queue.take(anyHost)?.canonicalUrl);

  expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'late']);
  expect(queue.take(anyHost)).toBeNull();
  expect(queue.size).toBe(0);
});

test('hosts take turns, and one that may not be asked is passed over, also for a worse priority', () => {
  const queue = fairQueue();
  for (const name of ['s1', 's2', 's3']) queue.offer(image(name, { host: 'slow' }));
  for (const name of ['f1', 'f2']) queue.offer(image(name, { host: 'fast', priority: 1 }));

  expect(queue.take((host) => host !== 'slow')?.canonicalUrl).toBe('f1');
  expect(queue.take(anyHost)?.canonicalUrl).toBe('s1');
  expect([queue.hasOtherThan('slow'), queue.hasOtherThan('other'), queue.sizeUpTo(0), queue.sizeUpTo(1)]).toEqual([true, true, 2, 3]);
});

test('a group that has enough is refused, others are not, and what is there already changes nothing', () => {
  const queue = fairQueue({ perGroup: 2, perHost: 3, capacity: 4 });

  const taken = [image('1'), image('2'), image('2'), image('3'), image('4', { group: 'b' }), image('5', { group: 'c' }), image('6', { host: 'i' }), image('7', { host: 'j' })].map(queue.offer);

  expect(taken).toEqual([true, true, true, false, true, false, true, false]);
  expect(queue.size).toBe(4);
});
