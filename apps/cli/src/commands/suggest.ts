import { command, option } from '../command.ts';
import { count } from '../flag.ts';

export const suggestCommand = command({
  name: 'suggest', args: [{ name: 'text', many: true }], store: 'existing',
  options: { limit: option('--limit <number>', count.max(50, 'at most 50').default(10)) },
  async run({ args, options, flows, mirror }) {
    return { data: { items: await flows.suggest(mirror, args.join(' '), options) } };
  },
  show({ items }: { items: readonly { text: string; kind: 'title' | 'category'; count: number }[] }, { out, say, t }) {
    if (items.length === 0) say(t('search.none'));
    else out.table(items.map((item) => [item.text, item.count, t(`suggest.${item.kind}`)]), { head: [t('head.text'), t('head.count'), t('head.kind')] });
  },
});
