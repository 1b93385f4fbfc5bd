import { expect, test } from 'vitest';
import { differences, fromRow, storable, toColumns, type Columns } from './columns.ts';

const columns: Columns = { title: ['title', 'text'], priceCny: ['price', 'money'], stock: ['stock_quantity', 'count'], rating: ['rating', 'rating'], facts: ['facts', 'json'] };

test('a field that is undefined is no column, null and 0 are', () => {
  expect(toColumns(columns, { title: undefined, priceCny: null, stock: 0 })).toEqual({ price: null, stock_quantity: 0 });
});

test('columns come back in the spelling of the model', () => {
  expect(fromRow(columns, { title: '裙', price: '35.0000', stock_quantity: '9007199254740991', rating: '4.50' }))
    .toEqual({ title: '裙', priceCny: '35.00', stock: Number.MAX_SAFE_INTEGER, rating: 4.5, facts: null });
});

test('equal values in another spelling are no difference', () => {
  const row = { title: '裙', price: '35.0000', stock_quantity: '5', rating: '4.57', facts: { b: 1, a: [{ y: 1, x: 2 }] } };

  expect(differences(columns, row, { title: '裙', priceCny: '35', stock: 5, rating: 4.566, facts: { a: [{ x: 2, y: 1 }], b: 1 } })).toEqual([]);
});

test('a difference tells before and after', () => {
  expect(differences(columns, { price: '35.0000' }, { priceCny: '31.5' })).toEqual([{ field: 'priceCny', column: 'price', before: '35.00', after: '31.50' }]);
});

test('text becomes what PostgreSQL can hold, at any depth', () => {
  expect(storable({ a: 'x\0y', b: ['\ud800'], c: new Date(0), d: null })).toEqual({ a: 'xy', b: ['\ufffd'], c: new Date(0), d: null });
});
