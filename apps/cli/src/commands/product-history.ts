import { command, option } from '../command.ts';
import { evidenceText } from '../evidence-text.ts';
import { text } from '../flag.ts';

export const productHistory = command({
  name: 'product history', args: [{ name: 'offerId' }], store: 'existing',
  options: { sku: option('--sku <id>', text), field: option('--field <name>', text) },
  async run({ args, options, flows, mirror }) {
    return { data: await flows.productHistory(mirror, args[0] ?? '', { skuId: options.sku, field: options.field }) };
  },
  show({ points, listing }: { points: { observedAt: Date; skuId: string | null; field: string; value: unknown }[]; listing: { observedAt: Date; kind: string; evidence: Readonly<Record<string, unknown>> | null }[] }, { out, t }) {
    out.table(points.map((point) => [point.observedAt.toISOString(), point.skuId, point.field, JSON.stringify(point.value)]), { head: [t('head.observedAt'), 'SKU', t('head.field'), t('head.value')] });
    if (listing.length === 0) return;
    out.line();
    out.table(listing.map((event) => [event.observedAt.toISOString(), event.kind, evidenceText(event.evidence, t)]), { head: [t('head.observedAt'), t('head.change'), t('head.evidence')] });
  },
});
