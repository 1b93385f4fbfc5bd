import { SyncError } from '@1688/core';

/** Which backups stay: what any of the rules keeps. Rules count complete backups of one kind, the newest first. */
export interface RetentionPolicy {
  /** The newest so many. */
  readonly keepLast?: number;
  /** The newest of each of the last so many hours, days, weeks (from Monday), months or years that have one. */
  readonly keepHourly?: number;
  readonly keepDaily?: number;
  readonly keepWeekly?: number;
  readonly keepMonthly?: number;
  readonly keepYearly?: number;
  /** All that have one of these tags, besides `keep`. */
  readonly keepTags?: readonly string[];
}

/** What retention has to know of a backup. */
export interface RetainedBackup {
  readonly id: string;
  /** Order in the repository; clocks are not trusted for that. */
  readonly seq: number;
  readonly takenAt: Date;
  readonly isComplete: boolean;
  readonly isVerified: boolean;
  /** Backups of one schema, lineage and choice of parts. */
  readonly group: string;
  readonly tags: readonly string[];
}

export interface RetentionOptions {
  /** Whose midnights separate days. Default UTC. */
  readonly timeZone?: string;
  readonly now?: Date;
}

/** Always spared, whatever the rules say. */
const pin = 'keep';
const clockSkewMs = 60_000;
const ruleNames = ['keepLast', 'keepHourly', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly'] as const;

/**
 * The backups that stay, each with why. Whatever the rules say, there stay: the newest complete one and the newest verified one of each
 * group, what is pinned, what lies in the future (a clock was wrong, so nothing is known about its age), and what is newer than the
 * newest complete one. Partial backups never count.
 * @throws ARGUMENT_INVALID for a policy without a rule, or with a number below 1
 */
export function retained(backups: readonly RetainedBackup[], policy: RetentionPolicy, { timeZone = 'UTC', now = new Date() }: RetentionOptions = {}): Map<string, string[]> {
  const { keepTags = [] } = policy;
  const rules = ruleNames.flatMap((name) => (policy[name] === undefined ? [] : [[name, policy[name]] as const]));
  const wrong = rules.find(([, count]) => !Number.isInteger(count) || count < 1);
  if (wrong) throw new SyncError('ARGUMENT_INVALID', `Expected ${wrong[0]} to be a whole number of at least 1, received ${wrong[1]}.`);
  if (rules.length === 0 && keepTags.length === 0) throw new SyncError('ARGUMENT_INVALID', 'Expected at least one rule of what to keep, received none: that would delete everything.');
  const calendar = calendarOf(timeZone);
  const kept = new Map<string, string[]>();
  const keep = ({ id }: RetainedBackup, why: string): unknown => kept.set(id, [...(kept.get(id) ?? []), why]);

  for (const group of Map.groupBy(backups, (each) => each.group).values()) {
    const newestFirst = group.toSorted((a, b) => b.seq - a.seq);
    const isFuture = ({ takenAt }: RetainedBackup): boolean => takenAt.getTime() > now.getTime() + clockSkewMs;
    const counted = newestFirst.filter((each) => each.isComplete && !isFuture(each));
    for (const each of newestFirst) {
      if (each.tags.includes(pin) || each.tags.some((tag) => keepTags.includes(tag))) keep(each, 'tag');
      if (isFuture(each)) keep(each, 'future');
      if (each.seq > (counted[0]?.seq ?? -1)) keep(each, 'newer than the newest complete one');
    }
    if (counted[0]) keep(counted[0], 'newest');
    const verified = newestFirst.find((each) => each.isComplete && each.isVerified);
    if (verified) keep(verified, 'newest verified');
    for (const [rule, count] of rules) {
      const buckets = new Set<string | number>();
      for (const each of counted) {
        const bucket = rule === 'keepLast' ? each.seq : calendar(each.takenAt, rule);
        if (buckets.has(bucket) || buckets.size >= count) continue;
        buckets.add(bucket);
        keep(each, rule);
      }
    }
  }
  return kept;
}

/** The hour, day, week, month or year of a time, as a word that is equal within one. */
function calendarOf(timeZone: string): (time: Date, rule: string) => string | number {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (time, rule) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const { year = '', month = '', day = '' } = parts;
    if (rule === 'keepYearly') return year;
    if (rule === 'keepMonthly') return `${year}-${month}`;
    // 1 January 1970 was a Thursday.
    if (rule === 'keepWeekly') return Math.floor((Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000 + 3) / 7);
    // An hour that clocks show twice is two.
    return rule === 'keepHourly' ? Math.floor(time.getTime() / 3_600_000) : `${year}-${month}-${day}`;
  };
}
