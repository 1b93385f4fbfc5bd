import { command, option } from '../command.ts';
import { count } from '../flag.ts';

export const syncList = command({
  name: 'sync list', store: 'existing', options: { limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(20)) },
  async run({ options, flows, mirror }) {
    return { data: { items: await flows.listSyncRecords(mirror, options) } };
  },
  show({ items }: { items: { id: string; kind: string; scope: string; status: string; read: number; created: number; updated: number; unchanged: number; rejected: number; startedAt: Date }[] }, { out, t }) {
    out.table(items.map((item) => [item.id, item.kind, item.scope, item.status, item.read, item.created, item.updated, item.unchanged, item.rejected, item.startedAt.toISOString()]), {
      head: ['ID', t('head.kind'), t('head.scope'), t('head.state'), t('head.read'), t('head.created'), t('head.updated'), t('head.unchanged'), t('head.rejected'), t('head.startedAt')],
    });
  },
});
