import { expect, test } from 'vitest';
import { errorCodes, isSyncError, SyncError, throwIfAborted } from './error.ts';

test('an error carries code, hint, cause and details, and is not retryable unless it says so', () => {
  const cause = new Error('socket closed');
  const error = new SyncError('DB_UNAVAILABLE', 'PostgreSQL is away.', { hint: 'Start it.', cause, details: { port: 5432 } });

  expect(error).toMatchObject({ name: 'SyncError', code: 'DB_UNAVAILABLE', hint: 'Start it.', retryable: false, cause, details: { port: 5432 } });
});

test('the error of another copy of this package is known', () => {
  const foreign = { [Symbol.for('@1688/SyncError')]: true, code: 'LOCKED' };

  expect(isSyncError(foreign)).toBe(true);
  expect(isSyncError(new Error('LOCKED'))).toBe(false);
  expect(isSyncError(null)).toBe(false);
});

test('an aborted signal throws with its reason, any other does not', () => {
  expect(() => throwIfAborted(AbortSignal.abort('enough'), 'The import')).toThrow(expect.objectContaining({ code: 'ABORTED', cause: 'enough' }));
  expect(() => throwIfAborted(new AbortController().signal, 'The import')).not.toThrow();
  expect(() => throwIfAborted(undefined, 'The import')).not.toThrow();
});

test('every code is upper case and says what it means in one sentence', () => {
  for (const [code, meaning] of Object.entries(errorCodes)) {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  }
});
