import { z } from 'zod';
import { command, option } from '../command.ts';
import { count } from '../flag.ts';

export const changesCommand = command({
  name: 'changes', store: 'existing',
  options: {
    since: option('--since <seq>', z.string().regex(/^\d{1,18}$/, 'a sequence number').default('0')),
    limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(100)),
  },
  async run({ options, flows, mirror, signal }) {
    const data = await flows.listChanges(mirror, { since: BigInt(options.since), limit: options.limit, signal });
    return { data, next: data.items.length === options.limit ? [`1688sync changes --since ${data.nextSince}`] : [] };
  },
  show({ items }: { items: { seq: string; kind: string; entity: string; sourceId: string; fields: Record<string, unknown> }[] }, { out, t }) {
    out.table(items.map((item) => [item.seq, item.kind, item.entity, item.sourceId, Object.keys(item.fields).join(', ')]), { head: ['seq', t('head.change'), t('head.entity'), 'ID', t('head.field')] });
  },
});
