import { expect, test } from 'vitest';
import { hostPlaces } from './host-places.ts';

test('one host gets half of the places while others wait, and all when it is alone', () => {
  let others = true;
  const places = hostPlaces({ concurrency: 4, othersWait: () => others });
  places.enter('a')(true);
  places.enter('a');
  places.enter('a');

  expect(places.mayAsk('a')).toBe(false);
  others = false;
  expect(places.mayAsk('a')).toBe(true);
});

test('hosts that never answered leave half of the places to those that do, and give theirs up when they hang', () => {
  let now = 0;
  const places = hostPlaces({ concurrency: 4, othersWait: () => true, now: () => now });
  places.enter('good')(true);
  places.enter('dead1');
  places.enter('dead2');

  expect([places.mayAsk('dead3'), places.mayAsk('good')]).toEqual([false, true]);
  now = 5_000;
  expect(places.mayAsk('dead3')).toBe(true);
});

test('a suspended host is left alone, then asked by one at a time, and given up after the third time', () => {
  let now = 0;
  const places = hostPlaces({ concurrency: 4, othersWait: () => false, now: () => now });
  const park = (): boolean => places.park('a', 1_000);

  expect([park(), park(), places.mayAsk('a'), places.nextAt()]).toEqual([true, true, false, 1_000]);
  now = 1_000;
  expect(places.mayAsk('a')).toBe(true);
  places.enter('a');
  expect(places.mayAsk('a')).toBe(false);
  now = 3_000;
  expect(park()).toBe(true);
  now = 5_000;
  expect([park(), places.nextAt()]).toEqual([false, null]);
});
