import { SyncError } from '@1688/core';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { bits, count, given, text } from '../flag.ts';

export const sameCommand = command({
  name: 'same', args: [{ name: 'offerId' }], store: 'existing',
  options: {
    distance: option('--distance <bits>', bits),
    minScore: option('--min-score <score>', z.coerce.number({ error: 'a number' }).min(0, 'at least 0').max(1, 'at most 1').default(0.3)),
    text: option('--text', given),
    different: option('--different', given),
    limit: option('--limit <number>', count.max(1_000, 'at most 1000').default(20)),
    decide: option('--decide <decision>', z.enum(['same', 'different', 'forget'], 'one of same, different, forget').optional()),
    with: option('--with <id>', text),
    note: option('--note <text>', text),
  },
  async run({ args, options, flows, mirror }) {
    const offerId = args[0] ?? '';
    const { decide, with: otherOfferId, note, different, text: byText, ...rest } = options;
    if (byText) return { data: { offerId, items: await flows.sameText(mirror, offerId, { limit: Math.min(rest.limit, 200), minSimilarity: rest.minScore }) } };
    if ((decide === undefined) !== (otherOfferId === undefined)) throw new SyncError('ARGUMENT_INVALID', 'Expected --decide and --with together, received one of them.', { hint: 'Such as: same 610947572360 --with 610947572361 --decide different' });
    if (decide !== undefined && otherOfferId !== undefined) await flows.decideSameGoods(mirror, { offerId, otherOfferId, decision: decide === 'forget' ? null : decide, note });
    return { data: { offerId, items: await flows.findSameGoods(mirror, offerId, { ...rest, all: different }) } };
  },
  show({ items }: { items: { similarity?: number; offerId: string; title: string; supplierName: string | null; supplierId: string | null; priceMinCny: string | null; score: number; decision: string | null; pictures: unknown[] }[] }, { out, t }) {
    if (items.length === 0) return out.line(t('same.none'));
    if (items[0]?.similarity !== undefined) return out.table(items.map((item) => [item.similarity?.toFixed(2), item.offerId, item.supplierName ?? item.supplierId, item.title]), { head: [t('head.score'), t('head.offerId'), t('head.supplier'), t('head.title')] });
    out.table(items.map((item) => [item.score.toFixed(2), item.offerId, item.priceMinCny, item.supplierName ?? item.supplierId, item.pictures.length, item.decision, item.title]), {
      head: [t('head.score'), t('head.offerId'), t('head.price'), t('head.supplier'), t('head.images'), t('head.decision'), t('head.title')],
    });
  },
});
