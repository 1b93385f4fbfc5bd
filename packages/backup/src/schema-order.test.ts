import { describe, expect, test } from 'vitest';
import { dependents, inOrder } from './schema-order.ts';

const needs = [{ from: 'table', to: 'function' }, { from: 'function', to: 'type' }, { from: 'view', to: 'table' }];

describe('inOrder', () => {
  test('puts each thing behind what it needs', () => {
    expect(inOrder(['view', 'table', 'function', 'type'], needs)).toEqual(['type', 'function', 'table', 'view']);
  });

  test('names a circle', () => {
    expect(() => inOrder(['a', 'b'], [{ from: 'a', to: 'b' }, { from: 'b', to: 'a' }])).toThrow(/a → b → a/);
  });
});

test('dependents are all that needs something, directly or not', () => {
  expect(dependents(['function'], needs)).toEqual(new Set(['function', 'table', 'view']));
});
