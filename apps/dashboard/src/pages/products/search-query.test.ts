import { expect, test } from 'vitest';
import { priceBand, searchQuery } from './search-query.ts';

const given = (search: string) => JSON.parse(JSON.stringify(searchQuery(new URLSearchParams(search)))) as unknown;

test('an address without parameters lists what changed last', () => {
  expect(given('')).toEqual({ sort: 'updated' });
});

test('a text is ordered by relevance unless another order is asked for', () => {
  expect(given('q=连衣裙')).toEqual({ q: '连衣裙', sort: 'relevance' });
  expect(given('q=连衣裙&sort=price')).toEqual({ q: '连衣裙', sort: 'price' });
});

test('parts that no search takes are left out instead of failing it', () => {
  expect(given('priceMin=cheap&priceMax=20.50&images=maybe&delisted=true&sort=random&view=table')).toEqual({ priceMaxCny: '20.50', delisted: 'true', sort: 'updated' });
});

test('a band of prices is two bounds, the last has one', () => {
  expect(priceBand('10-20')).toEqual({ priceMin: '10', priceMax: '20' });
  expect(priceBand('5000-')).toEqual({ priceMin: '5000', priceMax: '' });
});
