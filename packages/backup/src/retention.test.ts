import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retained, type RetainedBackup, type RetentionPolicy } from './retention.ts';

const now = new Date('2026-11-23T12:00:00Z');
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);

function backup(seq: number, takenAt: Date, more: Partial<RetainedBackup> = {}): RetainedBackup {
  return { id: `b${seq}`, seq, takenAt, isComplete: true, isVerified: true, group: 'a', tags: [], ...more };
}

describe('retained', () => {
  test('each rule keeps the newest of its hours, days, weeks, months and years', () => {
    const all = Array.from({ length: 800 }, (_, n) => backup(n, daysAgo(799 - n)));

    const kept = retained(all, { keepDaily: 3, keepWeekly: 2, keepMonthly: 2, keepYearly: 3 }, { now });

    const days = [...kept.keys()].map((id) => all.find((each) => each.id === id)?.takenAt.toISOString().slice(0, 10));
    expect(days.toSorted()).toEqual(['2024-12-31', '2025-12-31', '2026-10-31', '2026-11-21', '2026-11-22', '2026-11-23']);
    expect(kept.get('b799')).toEqual(['newest', 'newest verified', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly']);
  });

  test('midnight is that of the time zone, on the days when clocks change and on leap days too', () => {
    const twice = [backup(1, new Date('2026-03-07T20:00:00Z')), backup(2, new Date('2026-03-08T15:30:00Z')), backup(3, new Date('2026-03-08T16:30:00Z'))];
    const leap = [backup(1, new Date('2028-02-28T12:00:00Z')), backup(2, new Date('2028-02-29T12:00:00Z')), backup(3, new Date('2028-03-01T12:00:00Z'))];
    const autumn = [backup(1, new Date('2026-10-25T00:30:00Z')), backup(2, new Date('2026-10-25T01:30:00Z'))];

    expect([...retained(twice, { keepDaily: 9 }, { now, timeZone: 'Asia/Shanghai' }).keys()].toSorted()).toEqual(['b2', 'b3']);
    expect(retained(leap, { keepDaily: 9 }, { now: new Date('2028-04-01') }).size).toBe(3);
    expect(retained(autumn, { keepHourly: 9 }, { now, timeZone: 'Europe/Berlin' }).size).toBe(2);
  });

  test('nothing goes when no backup was made for a month, and nothing counts that lies in the future', () => {
    const old = Array.from({ length: 7 }, (_, n) => backup(n, daysAgo(60 - n)));
    const future = backup(7, daysAgo(-400));

    expect(retained(old, { keepDaily: 7 }, { now }).size).toBe(7);
    expect(retained([...old, future], { keepLast: 3 }, { now }).size).toBe(4);
  });

  test('an empty policy, and numbers that would keep nothing, are refused', () => {
    expect(() => retained([], {})).toThrow(/at least one rule/);
    expect(() => retained([], { keepLast: 0 })).toThrow(/keepLast/);
  });

  test('what stays is what a plain model says, for any backups and any rules', () => {
    const backups = fc.array(fc.record({
      ageHours: fc.integer({ min: -48, max: 24 * 900 }), isComplete: fc.boolean(), isVerified: fc.boolean(),
      group: fc.constantFrom('a', 'b'), tags: fc.subarray(['keep', 'weekly', 'x']),
    }), { maxLength: 60 }).map((all) => all.map(({ ageHours, ...each }, n) => backup(n, new Date(now.getTime() - ageHours * 3_600_000), each)));
    const limit = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
    const policies = fc.record({ keepLast: fc.integer({ min: 1, max: 9 }), keepDaily: limit, keepWeekly: limit, keepMonthly: limit, keepYearly: limit, keepTags: fc.constantFrom([], ['weekly']) });

    fc.assert(fc.property(backups, policies, (all, policy) => {
      const kept = retained(all, policy as RetentionPolicy, { now });

      for (const each of all) expect(kept.has(each.id), JSON.stringify(each)).toBe(stays(each, all, policy as RetentionPolicy));
    }), { numRuns: 300 });
  });
});

/** The rules as the reference tells them, one backup at a time and without any order of work. */
function stays(one: RetainedBackup, all: readonly RetainedBackup[], policy: RetentionPolicy): boolean {
  const future = (each: RetainedBackup): boolean => each.takenAt.getTime() > now.getTime() + 60_000;
  const mates = all.filter((each) => each.group === one.group);
  const counted = mates.filter((each) => each.isComplete && !future(each));
  if (one.tags.some((tag) => tag === 'keep' || policy.keepTags?.includes(tag)) || future(one)) return true;
  if (!counted.some((each) => each.seq >= one.seq)) return true;
  if (one.isComplete && one.isVerified && !mates.some((each) => each.seq > one.seq && each.isComplete && each.isVerified)) return true;
  if (!counted.includes(one)) return false;
  const newer = counted.filter((each) => each.seq > one.seq);
  if (newer.length === 0 || newer.length < (policy.keepLast ?? 0)) return true;
  const monday = (time: Date): string => {
    const day = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()));
    day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
    return day.toISOString();
  };
  const cut = (length: number) => (time: Date): string => time.toISOString().slice(0, length);
  return ([[policy.keepDaily, cut(10)], [policy.keepWeekly, monday], [policy.keepMonthly, cut(7)], [policy.keepYearly, cut(4)]] as const).some(([count, period]) => {
    const periods = new Set(newer.map((each) => period(each.takenAt)));
    return count !== undefined && !periods.has(period(one.takenAt)) && periods.size < count;
  });
}
