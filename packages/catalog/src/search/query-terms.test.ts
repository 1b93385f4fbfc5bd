import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryTerms } from './query-terms.ts';

test.each([
  ['瑜伽裤 女', ['瑜伽裤', '女'], []],
  ['"15 Pro" 手机壳 -女 -"加厚 款"', ['15 Pro', '手机壳'], ['女', '加厚 款']],
  ['“高腰 裤”', ['高腰 裤'], []],
  ['- -- 5-10', ['-', '5-10'], ['-']],
  ['"" " "', [], []],
  ['没有关 "引号', ['没有关', '"引号'], []],
])('%s', (text, wanted, excluded) => {
  expect(queryTerms(text)).toEqual({ wanted, excluded });
});

test('no text is an error, and none gives more than sixteen terms', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
    const { wanted, excluded } = queryTerms(text);

    expect(Math.max(wanted.length, excluded.length)).toBeLessThanOrEqual(16);
    expect([...wanted, ...excluded].every((term) => term.trim() !== '' && term.isWellFormed())).toBe(true);
  }));
});
