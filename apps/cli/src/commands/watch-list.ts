import { command } from '../command.ts';

export const watchList = command({
  name: 'watch list', store: 'existing', options: {},
  async run({ flows, mirror }) {
    return { data: await flows.listWatches(mirror) };
  },
  show({ items }: { items: { id: string; sink: string; filter: object; held: number; queued: number; sent: number; dead: number; mutedUntil: Date | null; lastError: string | null }[] }, { out, t }) {
    out.table(items.map((item) => [item.id, item.sink, JSON.stringify(item.filter), item.held, item.queued, item.sent, item.dead, item.mutedUntil?.toISOString() ?? '', item.lastError ?? '']), {
      head: ['ID', t('head.sink'), t('head.filter'), t('head.held'), t('head.queued'), t('head.sent'), t('head.dead'), t('head.mutedUntil'), t('head.lastError')],
    });
  },
});
