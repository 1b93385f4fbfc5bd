import { command, option } from '../command.ts';
import { count, text } from '../flag.ts';

export const rejectsList = command({
  name: 'rejects list', store: 'existing',
  options: { run: option('--run <id>', text), limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(50)) },
  async run({ options, flows, mirror }) {
    return { data: { items: await flows.listRejects(mirror, { syncRecordId: options.run, limit: options.limit }) } };
  },
  show({ items }: { items: { line: number | null; field: string | null; code: string; message: string }[] }, { out, t }) {
    out.table(items.map((item) => [item.line, item.field, item.code, item.message]), { head: [t('head.line'), t('head.field'), t('head.code'), t('head.reason')] });
  },
});
