import { command, option } from '../command.ts';
import { bits, count, given } from '../flag.ts';

export const imagesDupes = command({
  name: 'images dupes', store: 'existing',
  options: {
    near: option('--near', given),
    distance: option('--distance <bits>', bits),
    limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(50)),
  },
  async run({ options, flows, mirror }) {
    return { data: { items: await flows.findDuplicates(mirror, options) } };
  },
  show({ items }: { items: { images: { sha256: string; offerIds: string[] }[]; products: number; suppliers: number; distance: number }[] }, { out, t }) {
    if (items.length === 0) return out.line(t('images.noDupes'));
    out.table(items.map(({ images, products, suppliers, distance }) => [images.length, products, suppliers, distance, images[0]?.sha256, images.flatMap((each) => each.offerIds).slice(0, 5).join(' ')]), {
      head: [t('head.images'), t('head.products'), t('head.suppliers'), t('head.distance'), 'SHA-256', t('head.offerId')],
    });
  },
});
