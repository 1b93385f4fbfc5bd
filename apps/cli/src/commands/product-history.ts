import type { LowestPrice, ProductAsOf } from '@1688/mirror';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { evidenceText } from '../evidence-text.ts';
import { text, time } from '../flag.ts';

interface Points {
  readonly points: readonly { readonly observedAt: Date; readonly skuId: string | null; readonly field: string; readonly value: unknown }[];
  readonly listing: readonly { readonly observedAt: Date; readonly kind: string; readonly evidence: Readonly<Record<string, unknown>> | null }[];
}

type Shown = Points | { readonly asOf: Date; readonly product: ProductAsOf } | { readonly lowest: LowestPrice };

const lowestFlag = z.coerce.number({ error: 'a whole number of days' }).int('a whole number of days').min(1, 'at least 1').max(3_650, 'at most 3650').optional();

export const productHistory = command({
  name: 'product history', args: [{ name: 'offerId' }], store: 'existing',
  options: { sku: option('--sku <id>', text), field: option('--field <name>', text), asOf: option('--as-of <time>', time), lowest: option('--lowest <days>', lowestFlag) },
  async run({ args, options: { sku, field, asOf, lowest }, flows, mirror }): Promise<{ data: Shown }> {
    const [offerId = ''] = args;
    if (asOf) return { data: { asOf, product: await flows.productAsOf(mirror, offerId, asOf) } };
    if (lowest !== undefined) return { data: { lowest: await flows.lowestPrice(mirror, offerId, { days: lowest, skuId: sku }) } };
    return { data: await flows.productHistory(mirror, offerId, { skuId: sku, field }) };
  },
  show(data: Shown, { out, t }) {
    if ('product' in data) {
      const { skus, ...product } = data.product;
      out.table(Object.entries(product).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value)]));
      if (skus.length === 0) return;
      out.line();
      out.table(skus.map((each) => [each.skuId, each.priceCny, each.stockQuantity]), { head: ['SKU', t('head.price'), t('head.stock')] });
    } else if ('lowest' in data) {
      const rows = [...data.lowest.prices.map((each) => ({ ...each, minQuantity: null })), ...data.lowest.tiers];
      out.table(rows.map((each) => [each.skuId, each.minQuantity, each.lowestCny, each.heldFrom.toISOString(), each.atEndCny]), {
        head: ['SKU', t('head.minQuantity'), t('head.lowest'), t('head.since'), t('head.now')],
      });
    } else {
      const { points, listing } = data;
      out.table(points.map((point) => [point.observedAt.toISOString(), point.skuId, point.field, JSON.stringify(point.value)]), { head: [t('head.observedAt'), 'SKU', t('head.field'), t('head.value')] });
      if (listing.length === 0) return;
      out.line();
      out.table(listing.map((event) => [event.observedAt.toISOString(), event.kind, evidenceText(event.evidence, t)]), { head: [t('head.observedAt'), t('head.change'), t('head.evidence')] });
    }
  },
});
