import { expect, test } from 'vitest';
import { hostBreaker } from './host-breaker.ts';

function aBreaker(): { breaker: ReturnType<typeof hostBreaker>; wait(ms: number): void; fail(count: number): void } {
  let now = 0;
  const breaker = hostBreaker({ now: () => now });
  return {
    breaker,
    wait: (ms) => { now += ms; },
    fail: (count) => { for (let n = 0; n < count; n += 1) breaker.settle('a', 'failed', null); },
  };
}

test('five failures in a row suspend a host for a minute, and no other host', () => {
  const { breaker, wait, fail } = aBreaker();
  fail(4);
  expect(() => breaker.admit('a')).not.toThrow();

  fail(1);
  wait(20_000);

  expect(() => breaker.admit('a')).toThrow(expect.objectContaining({ code: 'ORIGIN_SUSPENDED', retryable: true, details: { retryAfterMs: 40_000 } }));
  expect(() => breaker.admit('b')).not.toThrow();
});

test('an answer in between begins the count anew; what says nothing about the host does not', () => {
  const { breaker, fail } = aBreaker();
  fail(4);
  breaker.settle('a', 'answered', null);
  fail(4);
  breaker.settle('a', 'unclear', null);
  expect(() => breaker.check('a')).not.toThrow();

  fail(1);

  expect(() => breaker.check('a')).toThrow();
});

test('after the minute one request tries; the others wait for how it ends', () => {
  const { breaker, wait, fail } = aBreaker();
  fail(5);
  wait(60_000);

  breaker.admit('a');

  expect(() => breaker.admit('a')).toThrow(expect.objectContaining({ details: { retryAfterMs: 1_000 } }));
  fail(1);
  expect(() => breaker.admit('a')).toThrow(expect.objectContaining({ details: { retryAfterMs: 60_000 } }));
  wait(60_000);
  breaker.admit('a');
  breaker.settle('a', 'unclear', null); // was cancelled: the next one tries
  breaker.admit('a');
  breaker.settle('a', 'answered', null);
  breaker.admit('a');
  breaker.admit('a');
});

test('a host that names a time is left alone so long, at its first failure', () => {
  const { breaker, wait } = aBreaker();
  breaker.settle('a', 'overloaded', 3_000);
  expect(() => breaker.check('a')).toThrow(expect.objectContaining({ details: { retryAfterMs: 3_000 } }));

  wait(3_000);

  expect(() => breaker.admit('a')).not.toThrow();
});
