import { expect, test } from 'vitest';
import { baseFinder } from './base-finder.ts';

const entry = (id: string, first: string) => ({ id, first, rows: 1, rawLength: 1 });

test('a range of ids has the same range as its base, even when its first row is new or gone', async () => {
  const nearest = await baseFinder([entry('a', '0'), entry('b', '16'), entry('c', '9007199254740993')], { kind: 'range', shift: 4 });

  expect(['3', '19', '40', '9007199254740994'].map(nearest)).toEqual(['a', 'b', undefined, 'c']);
});

test('without ranges the first key tells, and where it is new the chunk behind the one before', async () => {
  const nearest = await baseFinder([entry('a', 'k'), entry('b', 'p'), entry('c', 'x')], { kind: 'content', rows: 16 });

  expect(['k', 'o', 'x', 'z'].map(nearest)).toEqual(['a', 'b', 'c', undefined]);
});
