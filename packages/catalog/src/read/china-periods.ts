import { SyncError } from '@1688/core';

export const periodSteps = ['day', 'week', 'month'] as const;
export type PeriodStep = (typeof periodSteps)[number];

export interface Period {
  /** The day on which it begins in China, such as 2026-05-01. */
  readonly name: string;
  readonly from: Date;
  /** Where the next one begins. */
  readonly to: Date;
}

const chinaMs = 8 * 3_600_000;
const dayMs = 86_400_000;
const mostPeriods = 1_000;

/**
 * Whole days, weeks (from Monday) or months as a calendar in China shows them, from the one that holds `since` to the one that holds
 * `until`. China has one time zone, and no summer time since 1991.
 * @throws ARGUMENT_INVALID when there would be more than 1,000, or the range ends before it begins
 */
export function chinaPeriods(since: Date, until: Date, step: PeriodStep): Period[] {
  const periods: Period[] = [];
  for (let from = periodStart(since.getTime(), step); from <= until.getTime(); from = nextStart(from, step)) {
    if (periods.length === mostPeriods) break;
    periods.push({ name: new Date(from + chinaMs).toISOString().slice(0, 10), from: new Date(from), to: new Date(nextStart(from, step)) });
  }
  const fits = periods.length > 0 && periods.at(-1)!.to.getTime() > until.getTime();
  if (fits) return periods;
  throw new SyncError('ARGUMENT_INVALID', `Expected a range of 1 to ${mostPeriods.toLocaleString('en')} periods, received ${String(since)} to ${String(until)} by ${step}.`);
}

function periodStart(time: number, step: PeriodStep): number {
  const day = Math.floor((time + chinaMs) / dayMs);
  if (step === 'day') return day * dayMs - chinaMs;
  if (step === 'week') return (day - ((((day + 3) % 7) + 7) % 7)) * dayMs - chinaMs; // the first day of 1970 was a Thursday
  const local = new Date(time + chinaMs);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) - chinaMs;
}

function nextStart(from: number, step: PeriodStep): number {
  if (step !== 'month') return from + (step === 'day' ? 1 : 7) * dayMs;
  const local = new Date(from + chinaMs);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1) - chinaMs;
}
