import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import type { Session, Sql } from '../session.ts';

/** What is odd about prices, each with a query of product id, offer id, low and high. */
function oddities(session: Session): readonly { readonly entity: string; readonly sql: Sql }[] {
  const [products, skus, tiers] = [session.named('products'), session.named('skus'), session.named('price_tiers')];
  const product = 'p.id::text, p.source_id as offer';
  return [
    {
      entity: 'products',
      sql: session.sql(`select ${product}, p.price_min::text as low, p.price_max::text as high from ? as p where p.price_min > p.price_max and p.deleted_at is null`, [products]),
    },
    {
      entity: 'products (price of zero or less)',
      sql: session.sql(`select ${product}, p.price_min::text as low, p.price_max::text as high from ? as p where least(p.price_min, p.price_max) <= 0 and p.deleted_at is null`, [products]),
    },
    {
      entity: 'price_tiers (more costs more a piece)',
      sql: session.sql(
        `select distinct on (p.id) ${product}, t.price::text as low, t.before::text as high from (
           select product_id, price, lag(price) over (partition by product_id, sku_id order by min_quantity) as before from ?
         ) as t join ? as p on p.id = t.product_id where t.price > t.before and p.deleted_at is null order by p.id`, [tiers, products],
      ),
    },
    {
      entity: 'skus (outside the range of the product)',
      sql: session.sql(
        `select distinct on (p.id) ${product}, s.price::text as low, p.price_max::text as high from ? as s join ? as p on p.id = s.product_id
         where s.deleted_at is null and p.deleted_at is null and p.price_min <= p.price_max and (s.price < p.price_min or s.price > p.price_max) order by p.id`, [skus, products],
      ),
    },
  ];
}

/** As the source told it; nothing here is broken, but a buyer wants to know. */
export const priceRange = defineCheck({
  id: 'price-range',
  title: 'Odd prices: lowest above highest, zero, more costs more, SKU outside the range',
  titleZh: '价格异常（来源数据）：最低价高于最高价、价格为零、阶梯价不递减、规格价超出区间',
  severity: 'info',
  kind: 'sql',
  needs: ['products.price_min', 'products.price_max', 'products.source_id', 'products.deleted_at', 'skus.price', 'price_tiers.price'],
  async *find({ session }) {
    for (const { entity, sql } of oddities(session)) {
      for await (const { id, offer, low, high } of session.stream<{ id: string; offer: string; low: string; high: string }>(sql)) {
        yield fault(entity, id, { offerId: offer, priceMinCny: low, priceMaxCny: high }, { key: { id }, fixable: false });
      }
    }
  },
});
