import { command, option } from '../command.ts';
import { text } from '../flag.ts';

export const productHistory = command({
  name: 'product history', args: [{ name: 'offerId' }], store: 'existing',
  options: { sku: option('--sku <id>', text), field: option('--field <name>', text) },
  async run({ args, options, flows, mirror }) {
    return { data: await flows.productHistory(mirror, args[0] ?? '', { skuId: options.sku, field: options.field }) };
  },
  show({ points }: { points: { observedAt: Date; skuId: string | null; field: string; value: unknown }[] }, { out, t }) {
    out.table(points.map((point) => [point.observedAt.toISOString(), point.skuId, point.field, JSON.stringify(point.value)]), { head: [t('head.observedAt'), 'SKU', t('head.field'), t('head.value')] });
  },
});
