import { expect, test } from 'vitest';
import { linear, roundSteps, timeSteps } from './scale.ts';

test('steps are round, and cover the range', () => {
  expect(roundSteps(31.5, 41)).toEqual([30, 32.5, 35, 37.5, 40, 42.5]);
  expect(roundSteps(0, 7)).toEqual([0, 2, 4, 6, 8]);
});

test('one value has steps around it', () => {
  const steps = roundSteps(12, 12);

  expect(steps[0]).toBeLessThanOrEqual(12);
  expect(steps.at(-1)).toBeGreaterThanOrEqual(12);
  expect(roundSteps(0, 0)).toContain(0);
});

test('a range without width is drawn at its start', () => {
  expect(linear([5, 5], [0, 100])(5)).toBe(0);
  expect(linear([0, 10], [100, 0])(2.5)).toBe(75);
  expect(timeSteps(0, 10, 3)).toEqual([0, 5, 10]);
});
