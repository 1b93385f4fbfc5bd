import { expect, test } from 'vitest';
import { absences } from './fetch-absence.ts';

test('an address that had nothing is remembered for its time', () => {
  let now = 0;
  const gone = absences({ forMs: 1_000, now: () => now });
  gone.remember('https://a/1.jpg', 410);

  expect(() => gone.check('https://a/1.jpg')).toThrow(expect.objectContaining({ code: 'FETCH_GONE', retryable: false, details: { status: 410, remembered: true } }));
  expect(() => gone.check('https://a/2.jpg')).not.toThrow();
  now = 1_000;
  expect(() => gone.check('https://a/1.jpg')).not.toThrow();
});

test('the oldest are forgotten when there are too many', () => {
  const gone = absences({ forMs: 1_000, most: 2 });
  for (const url of ['a', 'b', 'a', 'c']) gone.remember(url, 404);

  expect(() => gone.check('b')).not.toThrow();
  for (const url of ['a', 'c']) expect(() => gone.check(url), url).toThrow();
});

test('nothing is remembered for no time, or after the picture was found', () => {
  const never = absences({ forMs: 0 });
  const gone = absences({ forMs: 1_000 });
  never.remember('a', 404);
  gone.remember('a', 404);

  gone.forget('a');

  for (const each of [never, gone]) expect(() => each.check('a')).not.toThrow();
});
