import { SyncError } from '@1688/core';
import { expect, test } from 'vitest';
import { endingOfBytes, endingOfError } from './host-ending.ts';

test('errors tell about a host what follows for its other pictures', () => {
  const ending = (code: ConstructorParameters<typeof SyncError>[0], details = {}): string => endingOfError(new SyncError(code, 'x', { details }));

  expect(ending('FETCH_GONE', { status: 404 })).toBe('answered');
  expect([ending('FETCH_TIMEOUT'), ending('FETCH_STATUS', { status: 429 }), ending('FETCH_STATUS', { status: 503, retryAfterMs: 1 })]).toEqual(['overloaded', 'overloaded', 'overloaded']);
  expect([ending('FETCH_CONNECT'), ending('FETCH_RESET'), ending('FETCH_STATUS', { status: 500 })]).toEqual(['failed', 'failed', 'failed']);
  expect([ending('FETCH_STATUS', { status: 204 }), ending('FETCH_DENIED'), ending('FETCH_TOO_LARGE'), ending('ABORTED'), ending('IMAGE_EMPTY')]).toEqual(Array(5).fill('unclear'));
});

test('pages in place of pictures are told from pictures', () => {
  for (const page of ['<!DOCTYPE html><p>', '\uFEFF\n <html lang="zh">', '<script>location="/punish"</script>']) expect(endingOfBytes(Buffer.from(page)), page).toBe('failed');
  for (const other of ['<svg xmlns=""/>', 'RIFF', '\xff\xd8\xff', '']) expect(endingOfBytes(Buffer.from(other, 'latin1')), other).toBe('answered');
});
