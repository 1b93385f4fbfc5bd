import { expect, test } from 'vitest';
import { differences, fromRow, storable, toColumns, type Column, type ColumnType } from './columns.ts';

const column = (field: string, name: string, type: ColumnType): Column => ({ field, column: name, type, group: 'content' });
const columns = [
  column('title', 'title', 'text'), column('priceCny', 'price', 'money'), column('stock', 'stock_quantity', 'count'), column('rating', 'rating', 'rating'),
  column('facts', 'facts', 'specifications'), column('attributes', 'attributes', 'attributes'),
];

test('a field that is undefined is no column, null and 0 are', () => {
  expect(toColumns(columns, { title: undefined, priceCny: null, stock: 0 })).toEqual({ price: null, stock_quantity: 0 });
});

test('columns come back in the spelling of the model', () => {
  expect(fromRow(columns, { title: '裙', price: '35.0000', stock_quantity: '9007199254740991', rating: '4.50' }))
    .toEqual({ title: '裙', priceCny: '35.00', stock: Number.MAX_SAFE_INTEGER, rating: 4.5, facts: null, attributes: null });
});

test('equal values in another spelling are no difference', () => {
  const row = { title: '裙', price: '35.0000', stock_quantity: '5', rating: '4.57', facts: { b: 1, a: 2 }, attributes: [{ value: '红', name: '颜色' }] };

  expect(differences(columns, row, { title: '裙', priceCny: '35', stock: 5, rating: 4.566, facts: { a: 2, b: 1 }, attributes: [{ name: '颜色', value: '红', imageUrl: null }] })).toEqual([]);
});

test('a difference tells before and after', () => {
  expect(differences(columns, { price: '35.0000' }, { priceCny: '31.5' })).toEqual([{ field: 'priceCny', column: 'price', before: '35.00', after: '31.50' }]);
});

test('text becomes what PostgreSQL can hold, at any depth', () => {
  expect(storable({ a: 'x\0y', b: ['\ud800'], c: new Date(0), d: null })).toEqual({ a: 'xy', b: ['\ufffd'], c: new Date(0), d: null });
});
