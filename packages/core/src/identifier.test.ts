import { expect, test } from 'vitest';
import { isRuinedId, sourceIdSchema } from './identifier.ts';

test.each(['6.1E+11', '7.12345E+11', '6,1E+11', '6E11', ' 7.1e+14 '])('%s is what a spreadsheet leaves of an id', (text) => {
  expect(isRuinedId(text)).toBe(true);
});

test.each(['610000000001', 'b2b-2200000000001a1b2c', '149e', 'e11', '', '1e1000', '示例'])('%j is not', (text) => {
  expect(isRuinedId(text)).toBe(false);
});

test.each(['1', '610000000001', '示例供应商', 'x'.repeat(64), '1627207:28341'])('%s may be an id', (text) => {
  expect(sourceIdSchema.safeParse(text).success).toBe(true);
});

test.each(['', ' 1', '1 2', '1\u0000', '1\n', 'x'.repeat(65), 610_000_000_001, null])('%j may not', (value) => {
  expect(sourceIdSchema.safeParse(value).success).toBe(false);
});
