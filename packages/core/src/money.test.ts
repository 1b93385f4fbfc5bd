import { describe, expect, test } from 'vitest';
import { compareMoney, moneySchema, moneyUnits, normalizeMoney } from './money.ts';

describe('moneySchema', () => {
  test.each(['0', '12.5', '12.3456', '9999999999.9999'])('takes %s', (text) => {
    expect(moneySchema.safeParse(text).success).toBe(true);
  });

  test.each(['', '-1', '1e3', '1,234.5', 'NaN', '12.', '.5', '12345678901', '0.30000000000000004', ' 1', '¥1'])('refuses %j', (text) => {
    expect(moneySchema.safeParse(text).success).toBe(false);
  });

  test('refuses a number, which may have been a float', () => {
    expect(moneySchema.safeParse(12.5).success).toBe(false);
  });
});

test.each([['7.8', '7.80'], ['35', '35.00'], ['0', '0.00'], ['007.1230', '7.123'], ['12.3456', '12.3456'], ['10.5000', '10.50']])('%s is spelled %s', (text, spelled) => {
  const normalized = normalizeMoney(text);

  expect(normalized).toBe(spelled);
  expect(moneyUnits(normalized)).toBe(moneyUnits(text));
});

test('sums are compared as numbers and not as text', () => {
  expect(Math.sign(compareMoney('9.9', '10'))).toBe(-1);
  expect(Math.sign(compareMoney('10.00', '10'))).toBe(0);
  expect(Math.sign(compareMoney('9999999999.9999', '9999999999.9998'))).toBe(1);
});
