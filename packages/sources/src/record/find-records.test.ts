import { expect, test } from 'vitest';
import { isObject } from '../json/json-text.ts';
import { findRecords } from './find-records.ts';

const isRecord = (value: object): boolean => 'offerId' in value;

test('a record is found in any wrapper, with the objects around it', () => {
  const [found] = findRecords({ success: true, result: { result: { offerId: 1 } } }, isRecord);

  expect(found).toMatchObject({ value: { offerId: 1 }, pointer: '/result/result', envelope: [{ success: true }, { result: { offerId: 1 } }] });
});

test('everything in a list that holds a record is one, so that nothing is lost in silence', () => {
  const found = findRecords({ data: [{ offerId: 1 }, { subject: '没有编号' }, 7, null] }, isRecord);

  expect(found.map(({ pointer }) => pointer)).toEqual(['/data/0', '/data/1', '/data/2', '/data/3']);
  expect(found.filter(({ value }) => isObject(value))).toHaveLength(2);
});

test('a page without hits has no record, a failed answer is one to be rejected', () => {
  expect(findRecords({ code: 200, data: { items: [] } }, isRecord)).toEqual([]);
  expect(findRecords({ code: 439, msg: 'rate limit', data: null }, isRecord)).toHaveLength(1);
  expect(findRecords({ error: 'timeout', items: [] }, isRecord)).toHaveLength(1);
});

test('a hundred thousand brackets do not exhaust the stack', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}1${']'.repeat(100_000)}`);

  expect(findRecords(deep, isRecord)).toHaveLength(1);
});
