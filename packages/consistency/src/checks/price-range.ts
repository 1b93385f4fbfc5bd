import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';

/** As the source told it; nothing here is broken, but a buyer wants to know. */
export const priceRange = defineCheck({
  id: 'price-range',
  title: 'Products whose lowest price is above their highest',
  titleZh: '最低价高于最高价（来源数据）',
  severity: 'info',
  kind: 'sql',
  needs: ['products.price_min', 'products.price_max', 'products.source_id', 'products.deleted_at'],
  async *find({ session }) {
    const rows = session.stream<{ id: string; offer: string; low: string; high: string }>(session.sql(
      'select id::text, source_id as offer, price_min::text as low, price_max::text as high from ? where price_min > price_max and deleted_at is null',
      [session.named('products')],
    ));
    for await (const { id, offer, low, high } of rows) {
      yield fault('products', id, { offerId: offer, priceMinCny: low, priceMaxCny: high }, { key: { id }, fixable: false });
    }
  },
});
