import { expect, test } from 'vitest';
import { looseCount, strictQuantity } from './count-text.ts';

test.each([['38', 38], ['100+', 100], ['已售100+件', 100], ['全网1.2万+件', 12_000], ['已售7.7万+件', 77_000], ['3.3万', 33_000], ['1,234', 1_234], ['２亿', 200_000_000], ['1.5k', 1_500]])('%s counts as %i', (text, count) => {
  expect(looseCount(text)).toBe(count);
});

test.each(['暂无销量', '', '件', '9'.repeat(30)])('%j tells no count', (text) => {
  expect(looseCount(text)).toBeNull();
});

test.each([['2', 2], ['2.0', 2], ['99个', 99], ['≥2件', 2], ['2-99件', 2], ['100件起批', 100], ['1,000', 1_000], ['1.2万件', 12_000], ['起批量:3', 3], ['0', 0], ['1000双', 1_000]])('%s is a quantity of %i', (text, quantity) => {
  expect(strictQuantity(text)).toBe(quantity);
});

test.each(['-1', 'abc1', '1e400', '1 or 2', '0x10', '9'.repeat(20)])('%j is no quantity', (text) => {
  expect(strictQuantity(text)).toBeUndefined();
});

test.each(['有货', '', '不限'])('%j tells no quantity', (text) => {
  expect(strictQuantity(text)).toBeNull();
});
