import { expect, test } from 'vitest';
import { aspectRatio, isAvailable, priceRangeText } from './model-rules.ts';

test('a price range is one price where both ends are the same', () => {
  expect(priceRangeText({ priceMinCny: '31.50', priceMaxCny: '35.00' })).toBe('31.50 – 35.00');
  expect(priceRangeText({ priceMinCny: '35.00', priceMaxCny: '35' })).toBe('35.00');
  expect(priceRangeText({ priceMaxCny: '35.00' })).toBe('35.00');
  expect(priceRangeText({ priceMinCny: null })).toBeNull();
});

test('a product is available unless it is removed, delisted or out of stock; unknown stock counts as some', () => {
  const at = new Date('2026-01-01');

  expect([isAvailable({}), isAvailable({ stockQuantity: 3 }), isAvailable({ stockQuantity: null })]).toEqual([true, true, true]);
  expect([isAvailable({ stockQuantity: 0 }), isAvailable({ delistedAt: at }), isAvailable({ deletedAt: at })]).toEqual([false, false, false]);
});

test('the aspect ratio of a wide picture is above one', () => {
  expect(aspectRatio({ widthPx: 1_200, heightPx: 800 })).toBe(1.5);
});
