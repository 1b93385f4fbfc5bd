import { z } from 'zod';
import { command, option } from '../command.ts';
import { count, text } from '../flag.ts';

export const imagesList = command({
  name: 'images list', store: 'existing',
  options: {
    state: option('--state <state>', z.enum(['pending', 'stored', 'failed', 'gone'], 'one of pending, stored, failed, gone').optional()),
    product: option('--product <id>', text), limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(50)),
  },
  async run({ options, flows, mirror }) {
    return { data: { items: await flows.listImages(mirror, options) } };
  },
  show({ items }: { items: { offerId: string; role: string; state: string; url: string; errorCode: string | null }[] }, { out, t }) {
    out.table(items.map((item) => [item.offerId, item.role, item.state, item.errorCode, item.url]), { head: [t('head.offerId'), t('head.role'), t('head.state'), t('head.code'), t('head.url')] });
  },
});
