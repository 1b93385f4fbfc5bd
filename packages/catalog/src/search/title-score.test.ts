import { expect, test } from 'vitest';
import { queryGrams, rarity, titleScore, type ScoredQuery } from './title-score.ts';

function queryOf(term: string, documents: Readonly<Record<string, number>> = {}): ScoredQuery {
  const { singles, pairs } = queryGrams([term]);
  const weight = (gram: string): number => rarity(documents[gram] ?? 1, 1_000);
  return { terms: [term], singles: new Map(singles.map((each) => [each, weight(each)])), pairs: pairs.map(([first, second]) => ({ first, second, weight: weight(first + second) })) };
}

test('a title with the whole term has 2, one with nothing of it 0', () => {
  expect([titleScore(queryOf('瑜伽裤'), '高腰瑜伽裤女'), titleScore(queryOf('瑜伽裤'), '手机壳')]).toEqual([2, 0]);
});

test('what is rare counts for more than what is common', () => {
  const query = queryOf('瑜裤', { 裤: 500 });

  expect(titleScore(query, '瑜')).toBeGreaterThan(titleScore(query, '裤'));
});

test('characters that stand together count for more than those nearly together, and these for more than those apart', () => {
  const query = queryOf('毛衣');

  const [together, near, apart] = ['红毛衣服', '毛线衣服', '毛线帽和外衣'].map((title) => titleScore(query, title));

  expect(together).toBe(2);
  expect(near).toBeGreaterThan(apart!);
  expect(apart).toBeGreaterThan(0);
});

test('punctuation is in no gram, and pairs do not reach over it', () => {
  expect(queryGrams(['甲-b，c'])).toEqual({ singles: ['甲', 'b', 'c'], pairs: [], words: [] });
});

test('a Latin word or number counts by its pairs, not by its letters', () => {
  expect(queryGrams(['zz9裙'])).toEqual({ singles: ['裙'], pairs: [['z', 'z'], ['z', '9'], ['9', '裙']], words: ['zz9'] });
});
