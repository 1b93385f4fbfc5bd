import { z } from 'zod';
import { command, option } from '../command.ts';
import { count, imageRole, text } from '../flag.ts';

export const imagesList = command({
  name: 'images list', store: 'existing',
  options: {
    state: option('--state <state>', z.enum(['pending', 'stored', 'failed', 'gone'], 'one of pending, stored, failed, gone').optional()),
    product: option('--product <id>', text),
    supplier: option('--supplier <id>', text),
    role: option('--role <role>', imageRole.optional()),
    shape: option('--shape <shape>', z.enum(['square', 'landscape', 'portrait', 'strip'], 'one of square, landscape, portrait, strip').optional()),
    kind: option('--kind <kind>', z.enum(['own', 'shared', 'notice'], 'one of own, shared, notice').optional()),
    type: option('--type <format>', z.enum(['jpeg', 'png', 'webp', 'gif', 'avif'], 'one of jpeg, png, webp, gif, avif').optional()),
    code: option('--code <code>', text),
    limit: option('--limit <number>', count.max(10_000, 'at most 10000').default(50)),
  },
  async run({ options, flows, mirror }) {
    const { type, ...rest } = options;
    return { data: { items: await flows.listImages(mirror, { ...rest, format: type }) } };
  },
  show({ items }: { items: { offerId: string; role: string; state: string; shape: string | null; kind: string | null; url: string; errorCode: string | null }[] }, { out, t }) {
    out.table(items.map((item) => [item.offerId, item.role, item.state, item.shape, item.kind, item.errorCode, item.url]), {
      head: [t('head.offerId'), t('head.role'), t('head.state'), t('head.shape'), t('head.kind'), t('head.code'), t('head.url')],
    });
  },
});
