import fc from 'fast-check';
import { expect, test } from 'vitest';
import { productIdSet } from './product-id-set.ts';

test('ids come back rising and each once, however far apart they are', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 5_000_000 })), (numbers) => {
    const ids = productIdSet();
    for (const number of numbers) ids.add(String(number));

    expect([...ids.values()]).toEqual([...new Set(numbers)].toSorted((a, b) => a - b).map(String));
    expect(ids.size).toBe(new Set(numbers).size);
    expect(numbers.every((number) => ids.has(String(number)))).toBe(true);
  }));
  expect(productIdSet().has('7')).toBe(false);
});
