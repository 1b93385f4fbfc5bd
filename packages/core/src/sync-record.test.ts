import { expect, test } from 'vitest';
import { recordsPerSecond, successRate } from './sync-record.ts';

const startedAt = new Date('2026-01-02T03:04:05Z');

test('the rate counts until the end, or until the last sign of life', () => {
  const running = { read: 500, startedAt, heartbeatAt: new Date(startedAt.getTime() + 2_000), finishedAt: null };

  expect(recordsPerSecond(running)).toBe(250);
  expect(recordsPerSecond({ ...running, finishedAt: new Date(startedAt.getTime() + 1_000) })).toBe(500);
});

test('no rate before any time has passed, no share before any record was read', () => {
  expect(recordsPerSecond({ read: 5, startedAt, heartbeatAt: startedAt, finishedAt: null })).toBeNull();
  expect(successRate({ read: 0, rejected: 0 })).toBeNull();
  expect(successRate({ read: 4, rejected: 1 })).toBe(0.75);
});
