import { command } from '../command.ts';
import { sizeText } from '../size-text.ts';

export const backupList = command({
  name: 'backup list', store: 'existing', options: {},
  async run({ flows, mirror }) {
    return { data: { items: await flows.listBackups(mirror) } };
  },
  show({ items }: { items: { id: string; name: string; status: string; takenAt: Date | null; rows: number; images: number; bytesTotal: number }[] }, { out, t }) {
    out.table(items.map((item) => [item.name, item.id, item.status, item.takenAt?.toISOString(), item.rows, item.images, sizeText(item.bytesTotal)]), {
      head: [t('head.name'), 'ID', t('head.state'), t('head.takenAt'), t('head.rows'), t('head.images'), t('head.size')],
    });
  },
});
