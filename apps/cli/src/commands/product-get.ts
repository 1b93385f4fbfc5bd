import { command } from '../command.ts';
import { evidenceText } from '../evidence-text.ts';
import { priceText } from './search.ts';

interface Shown {
  offerId: string; title: string; supplier: { name?: string | null; sourceId: string } | null; priceMinCny: string | null; priceMaxCny: string | null;
  skus: { skuId: string; attributes?: { name: string; value: string }[] | null; priceCny?: string | null; stockQuantity?: number | null }[] | null;
  priceTiers: { minQuantity: number; priceCny: string }[] | null; images: { role: string; url: string; state: string }[]; url: string | null;
  delistedAt: Date | null; delistedEvidence: Readonly<Record<string, unknown>> | null; lockedFields: readonly string[];
}

export const productGet = command({
  name: 'product get', args: [{ name: 'offerId' }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.getProduct(mirror, args[0] ?? ''), next: [`1688sync product history ${args[0]}`] };
  },
  show(product: Shown, { out, t }) {
    const locked = (...fields: string[]): string => (fields.some((field) => product.lockedFields.includes(field)) ? ` [${t('product.locked')}]` : '');
    out.line(product.title + locked('title'));
    out.table([
      [t('head.offerId'), product.offerId],
      [t('head.supplier'), product.supplier ? `${product.supplier.name ?? ''} (${product.supplier.sourceId})${locked('supplier')}` : ''],
      [t('head.price'), priceText(product.priceMinCny, product.priceMaxCny) + locked('priceMinCny', 'priceMaxCny')],
      [t('head.tiers'), (product.priceTiers ?? []).map((tier) => `≥${tier.minQuantity}: ${tier.priceCny}`).join('  ') + locked('priceTiers')],
      [t('head.url'), product.url],
      ...(product.delistedAt ? [[t('head.delisted'), `${product.delistedAt.toISOString()}  ${evidenceText(product.delistedEvidence, t)}`]] : []),
      ...(product.lockedFields.length > 0 ? [[t('head.locked'), product.lockedFields.join(' ')]] : []),
    ]);
    if (product.skus?.length) {
      out.line();
      out.table(product.skus.map((sku) => [sku.skuId, (sku.attributes ?? []).map((each) => each.value).join(' / '), sku.priceCny, sku.stockQuantity]), { head: ['SKU', t('head.attributes'), t('head.price'), t('head.stock')] });
    }
    if (product.images.length > 0) {
      out.line();
      out.table(product.images.map((image) => [image.role, image.state, image.url]), { head: [t('head.role'), t('head.state'), t('head.url')] });
    }
  },
});
