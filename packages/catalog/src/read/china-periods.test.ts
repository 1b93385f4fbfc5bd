import { expect, test } from 'vitest';
import { chinaPeriods } from './china-periods.ts';

const moment = (text: string): Date => new Date(text);
const namesOf = (since: string, until: string, step: 'day' | 'week' | 'month'): string[] => chinaPeriods(moment(since), moment(until), step).map(({ name }) => name);

test('a day begins at midnight in China, which is 16 o’clock of the day before in UTC', () => {
  expect(namesOf('2026-01-31T15:59:59Z', '2026-01-31T16:00:00Z', 'day')).toEqual(['2026-01-31', '2026-02-01']);
});

test('a week begins on Monday, a month on its first day', () => {
  expect(namesOf('2026-01-31T12:00:00Z', '2026-02-02T12:00:00Z', 'week')).toEqual(['2026-01-26', '2026-02-02']);
  expect(namesOf('2025-12-31T16:00:00Z', '2026-03-01T00:00:00Z', 'month')).toEqual(['2026-01-01', '2026-02-01', '2026-03-01']);
  expect(namesOf('1969-12-29T12:00:00Z', '1970-01-01T00:00:00Z', 'week')).toEqual(['1969-12-29']);
});

test('too many periods and a range that ends before it begins are refused', () => {
  expect(() => namesOf('2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'day')).toThrow(/1,000 periods/);
  expect(() => namesOf('2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z', 'day')).toThrow(/1,000 periods/);
});
