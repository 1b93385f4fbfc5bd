import { successRate } from '@1688/core';
import type { StoredSyncRecord } from './sync-records.ts';

/** What follows from a sync record's counts and times. */
export interface SyncFigures {
  /** Records that are in the tables: created, updated and unchanged ones. */
  readonly committed: number;
  /** Time that was worked, without the pauses between attempts. */
  readonly workedMs: number;
  /** Records read in a second of work, or null before a millisecond has passed. */
  readonly recordsPerSecond: number | null;
  /** Share of the records read that were not rejected, 0 to 1, or null while none was read. */
  readonly successRate: number | null;
  /** Most resident memory of the process that worked, as it was at its signs of life. */
  readonly peakMemoryBytes: number | null;
  /** Time that is left of a running run, by its own rate and what it is expected to read, or null where one of them is unknown. */
  readonly secondsLeft: number | null;
}

/**
 * @param expected records that the whole run will read, such as what the last complete one of the same input read
 */
export function syncFigures(record: StoredSyncRecord, expected: number | null = null): SyncFigures {
  const { attemptLog, read, heartbeatAt, startedAt, finishedAt } = record;
  const spans = attemptLog.length > 0 ? attemptLog.map((each) => [each.startedAt, each.endedAt ?? heartbeatAt] as const) : [[startedAt, finishedAt ?? heartbeatAt] as const];
  const workedMs = spans.reduce((sum, [from, to]) => sum + Math.max(to.getTime() - from.getTime(), 0), 0);
  const readMeanwhile = read - (attemptLog[0]?.readBefore ?? 0);
  const recordsPerSecond = workedMs > 0 ? (readMeanwhile * 1_000) / workedMs : null;
  const peaks = attemptLog.flatMap((each) => each.peakMemoryBytes ?? []);
  const left = record.status === 'running' && expected !== null && expected >= read && recordsPerSecond ? (expected - read) / recordsPerSecond : null;
  return {
    committed: record.created + record.updated + record.unchanged,
    workedMs,
    recordsPerSecond,
    successRate: successRate(record),
    peakMemoryBytes: peaks.length > 0 ? Math.max(...peaks) : null,
    secondsLeft: left === null ? null : Math.ceil(left),
  };
}
