import { command, option } from '../command.ts';
import { count, given, text } from '../flag.ts';

export const rejectsList = command({
  name: 'rejects list', store: 'existing',
  options: {
    sync: option('--sync <id>', text), code: option('--code <code>', text), all: option('--all', given),
    limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(50)), cursor: option('--cursor <cursor>', text),
  },
  async run({ options, flows, mirror }) {
    const { sync, ...rest } = options;
    const page = await flows.listRejects(mirror, { ...rest, syncRecordId: sync });
    const more = page.nextCursor ? [`1688sync rejects list --cursor ${page.nextCursor}`] : [];
    return { data: page, next: [...more, ...(page.items.length > 0 ? ['1688sync rejects export -o rejects.jsonl', '1688sync rejects replay'] : [])] };
  },
  show({ items }: { items: { id: string; syncRecordId: string; line: number | null; field: string | null; code: string; message: string; replayedAt: Date | null }[] }, { out, t }) {
    if (items.length === 0) {
      out.line(t('rejects.none'));
      return;
    }
    out.table(items.map((item) => [item.id, item.syncRecordId, item.line, item.field, item.replayedAt ? t('rejects.replayedOne', { code: item.code }) : item.code, item.message]), {
      head: ['ID', t('head.run'), t('head.line'), t('head.field'), t('head.code'), t('head.reason')],
    });
  },
});
