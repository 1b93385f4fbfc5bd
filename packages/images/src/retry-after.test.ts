import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test('retryAfterMs reads seconds and dates, and waits five minutes at most', () => {
  expect(retryAfterMs('30', now)).toBe(30_000);
  expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60_000);
  expect(retryAfterMs('Thu, 01 Jan 2015 00:01:00 GMT', now)).toBe(0);
  expect(retryAfterMs('315360000', now)).toBe(300_000);
  expect(retryAfterMs('Fri, 01 Jan 2036 00:00:00 GMT', now)).toBe(300_000);
});

test('retryAfterMs ignores nonsense', () => {
  for (const header of [undefined, '', 'soon', '-5', '1e9', '2026-01-01', 'Thu, no date']) expect(retryAfterMs(header, now), header).toBeNull();
});
