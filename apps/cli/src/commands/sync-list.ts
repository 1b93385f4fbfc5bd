import { syncKinds, syncStatuses } from '@1688/core';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { durationText } from '../duration-text.ts';
import { count, given, text } from '../flag.ts';
import { sizeText } from '../size-text.ts';

/** What a table of runs shows of one. */
export interface ShownRun {
  readonly id: string;
  readonly kind: string;
  readonly scope: string;
  readonly status: string;
  readonly silent: boolean;
  readonly attempts: number;
  readonly read: number;
  readonly committed: number;
  readonly rejected: number;
  readonly recordsPerSecond: number | null;
  readonly peakMemoryBytes: number | null;
  readonly workedMs: number;
  readonly startedAt: Date;
}

export const syncList = command({
  name: 'sync list', store: 'existing',
  options: {
    stuck: option('--stuck', given), kind: option('--kind <kind>', z.enum(syncKinds).optional()), status: option('--status <status>', z.enum(syncStatuses).optional()),
    scope: option('--scope <name>', text), limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(20)), cursor: option('--cursor <cursor>', text),
  },
  async run({ options, flows, mirror }) {
    const page = await flows.listSyncRecords(mirror, options);
    const [first] = page.items;
    const next = [...(options.stuck && first ? [`1688sync sync show ${first.id}`, ...(first.silent ? [`1688sync sync cancel ${first.id}`] : [])] : []), ...(page.nextCursor ? [`1688sync sync list --cursor ${page.nextCursor}`] : [])];
    return { data: page, next };
  },
  show({ items }: { items: ShownRun[] }, { out, t }) {
    out.table(items.map((item) => [
      item.id, item.kind, item.scope, item.silent ? t('sync.silent', { status: item.status }) : item.status, item.attempts, item.read, item.committed, item.rejected,
      rateText(item.recordsPerSecond), item.peakMemoryBytes === null ? '' : sizeText(item.peakMemoryBytes), durationText(item.workedMs), item.startedAt.toISOString(),
    ]), {
      head: ['ID', t('head.kind'), t('head.scope'), t('head.state'), t('head.attempts'), t('head.read'), t('head.committed'), t('head.rejected'), t('head.perSecond'), t('head.memory'), t('head.duration'), t('head.startedAt')],
    });
  },
});

export function rateText(rate: number | null): string {
  return rate === null ? '' : rate >= 10 ? Math.round(rate).toString() : rate.toFixed(1);
}
