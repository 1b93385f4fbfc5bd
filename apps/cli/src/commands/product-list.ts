import { command, option } from '../command.ts';
import { count, given, text } from '../flag.ts';
import { priceText } from './search.ts';

export const productList = command({
  name: 'product list', store: 'existing',
  options: {
    limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(50)), cursor: option('--cursor <cursor>', text),
    supplier: option('--supplier <id>', text), syncStatus: option('--sync-status <status>', text),
    delisted: option('--delisted', given),
  },
  async run({ options, flows, mirror }) {
    const page = await flows.listProducts(mirror, { ...options, delisted: options.delisted ? true : undefined });
    return { data: page, next: page.nextCursor ? [`1688sync product list --cursor ${page.nextCursor}`] : [] };
  },
  show({ items }: { items: { offerId: string; title: string; priceMinCny: string | null; priceMaxCny: string | null; syncStatus: string; delistedAt: Date | null; lockedFields: string[] }[] }, { out, t }) {
    out.table(items.map((item) => [item.offerId, priceText(item.priceMinCny, item.priceMaxCny), item.delistedAt ? `${item.syncStatus}, ${t('product.delisted')}` : item.syncStatus, item.lockedFields.join(' '), item.title]), { head: [t('head.offerId'), t('head.price'), t('head.state'), t('head.locked'), t('head.title')] });
  },
});
