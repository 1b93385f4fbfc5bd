import { command } from '../command.ts';
import { sizeText } from '../size-text.ts';

export const storageStats = command({
  name: 'storage stats', store: 'existing', options: {},
  async run({ flows, mirror, signal }) {
    return { data: await flows.storageStats(mirror, { signal }) };
  },
  show({ places }: { places: { place: string; objects: number; sizeBytes: number }[] }, { out, t }) {
    out.table(places.map((each) => [each.place, each.objects.toLocaleString('en'), sizeText(each.sizeBytes)]), { head: [t('head.place'), t('head.objects'), t('head.size')] });
  },
});
