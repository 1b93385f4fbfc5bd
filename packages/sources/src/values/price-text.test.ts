import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moneySchema } from '@1688/core';
import { parsePrice, spread } from './price-text.ts';

describe('parsePrice', () => {
  test.each([
    ['57', '57.00', '57.00'], ['47.0', '47.00', '47.00'], ['2.8', '2.80', '2.80'], ['7.80', '7.80', '7.80'], ['12.500000', '12.50', '12.50'],
    ['1,234.5', '1234.50', '1234.50'], ['¥1,234.5', '1234.50', '1234.50'], ['￥ 12.00', '12.00', '12.00'], ['12元', '12.00', '12.00'], ['12.00元/件', '12.00', '12.00'],
    ['125-128', '125.00', '128.00'], ['25.90-29.89', '25.90', '29.89'], ['¥3.1 ~ ¥9.3', '3.10', '9.30'], ['9.3至3.1元', '3.10', '9.30'], ['１２．５', '12.50', '12.50'],
    ['1.2万', '12000.00', '12000.00'], ['CNY 5', '5.00', '5.00'], ['0', '0.00', '0.00'], ['.5', '0.50', '0.50'],
  ])('%s is %s to %s', (text, min, max) => {
    expect(parsePrice(text)).toEqual({ min, max });
  });

  test.each(['¥12起', '12元起批', '12+', '12以上'])('%s tells only the lowest price', (text) => {
    expect(parsePrice(text)).toEqual({ min: '12.00', max: undefined });
  });

  test.each(['面议', '价格面议', '电议', '询价', '登录后可见', '请登录查看', '暂无报价', 'null', '', '--', '¥??', 'Negotiable'])('%j is a price on request', (text) => {
    expect(parsePrice(text)).toBeNull();
  });

  test.each(['abc', 'NaN', '-1', '1e400', 'Infinity', '0.30000000000000004', '12,5', '1.2.3', '$12.50', '12 34', '99999999999', '12.5-', '12元5角'])('%j is no price', (text) => {
    expect(parsePrice(text)).toBeUndefined();
  });

  test('whatever comes, the answer is money, nothing or no price', () => {
    fc.assert(fc.property(fc.stringMatching(/^[-0-9.,¥元起万~ eE+]{0,12}$/), (text) => {
      const price = parsePrice(text);

      if (price) expect(moneySchema.safeParse(price.min).success).toBe(true);
    }));
  });
});

test('the spread of prices passes over what is not told', () => {
  expect(spread(['9.90', null, '10.00', undefined, '9.80'])).toEqual({ min: '9.80', max: '10.00' });
  expect(spread([null])).toBeNull();
});
