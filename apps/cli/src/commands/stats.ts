import { command, option } from '../command.ts';
import { durationText } from '../duration-text.ts';
import { given } from '../flag.ts';
import { sizeText } from '../size-text.ts';

interface Shown {
  computedAt: Date;
  products: { total: number; price: { min: string | null; max: string | null } }; suppliers: { total: number };
  images: { byState: Record<string, number>; objects: number; bytes: number }; syncs: { total: number }; storage: { place: string; database: string; databaseBytes: number };
}

export const statsCommand = command({
  name: 'stats', store: 'existing', options: { fresh: option('--fresh', given) },
  async run({ options, flows, mirror }) {
    return { data: await flows.stats(mirror, options) };
  },
  show({ computedAt, products, suppliers, images, syncs, storage }: Shown, { out, t }) {
    out.table([
      [t('head.products'), products.total.toLocaleString('en'), products.price.min ? `¥${products.price.min} – ¥${products.price.max}` : ''],
      [t('head.suppliers'), suppliers.total.toLocaleString('en'), ''],
      [t('head.images'), Object.values(images.byState).reduce((sum, each) => sum + each, 0).toLocaleString('en'), Object.entries(images.byState).map(([state, number]) => `${state} ${number.toLocaleString('en')}`).join(', ')],
      [t('head.objects'), images.objects.toLocaleString('en'), `${sizeText(images.bytes)} · ${storage.place}`],
      [t('head.syncs'), syncs.total.toLocaleString('en'), ''],
      [t('head.database'), sizeText(storage.databaseBytes), storage.database],
    ]);
    const ageMs = Date.now() - computedAt.getTime();
    if (ageMs >= 60_000) out.line(t('stats.age', { age: durationText(ageMs) }));
  },
});
