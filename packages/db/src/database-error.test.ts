import { SyncError } from '@1688/core';
import { expect, test } from 'vitest';
import { isDriverError, sqlStateOf, toSyncError } from './database-error.ts';

function fromServer(code: string): Error {
  return Object.assign(new Error('as the server says'), { severity: 'ERROR', code });
}

test.each([
  ['23505', 'DB_CONFLICT', false], ['23503', 'DB_FOREIGN_KEY', false], ['23514', 'DB_QUERY', false], ['25006', 'DB_READONLY', true],
  ['28P01', 'DB_AUTH', false], ['40001', 'DB_CONFLICT', true], ['40P01', 'DB_CONFLICT', true], ['42501', 'DB_PERMISSION', false],
  ['42703', 'DB_QUERY', false], ['53100', 'DB_STORAGE_FULL', false], ['53300', 'DB_UNAVAILABLE', true], ['55P03', 'LOCKED', true],
  ['57014', 'DB_TIMEOUT', true], ['57P01', 'DB_CONNECTION_LOST', true], ['57P03', 'DB_UNAVAILABLE', true], ['08006', 'DB_CONNECTION_LOST', true],
  ['XX001', 'DB_CORRUPT', false], ['XX000', 'DB_QUERY', false],
])('SQLSTATE %s is %s', (sqlState, code, retryable) => {
  expect(toSyncError(fromServer(sqlState))).toMatchObject({ code, retryable, details: { sqlState } });
});

test('an error of the server is found inside those of other layers', () => {
  const wrapped = Object.assign(new Error('of objection'), { nativeError: fromServer('23505') });

  expect(sqlStateOf(wrapped)).toBe('23505');
  expect(toSyncError(wrapped)).toMatchObject({ code: 'DB_CONFLICT', message: 'The database: as the server says', cause: wrapped });
});

test('our own error is never wrapped', () => {
  const error = new SyncError('FIELD_INVALID', 'of a caller');

  expect(isDriverError(error)).toBe(false);
  expect(toSyncError(error)).toBe(error);
});

test('what a caller throws is not taken for an error of the database', () => {
  expect(isDriverError(Object.assign(new Error('no such file'), { code: 'ENOENT' }))).toBe(false);
  expect(isDriverError(new DOMException('The operation was aborted', 'AbortError'))).toBe(false);
  expect(isDriverError(new TypeError('x is not a function'))).toBe(false);
});
