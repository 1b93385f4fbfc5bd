import { command, option } from '../command.ts';
import { count, text } from '../flag.ts';

export const supplierList = command({
  name: 'supplier list', store: 'existing',
  options: { limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(50)), cursor: option('--cursor <cursor>', text) },
  async run({ options, flows, mirror }) {
    const page = await flows.listSuppliers(mirror, options);
    return { data: page, next: page.nextCursor ? [`1688sync supplier list --cursor ${page.nextCursor}`] : [] };
  },
  show({ items }: { items: { sourceId: string; name: string | null; province: string | null; city: string | null }[] }, { out, t }) {
    out.table(items.map((item) => [item.sourceId, item.name, item.province, item.city]), { head: ['ID', t('head.supplier'), t('head.province'), t('head.city')] });
  },
});
