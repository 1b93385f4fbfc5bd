import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';

const manyProducts = 50;
const manySuppliers = 5;

/** The same main picture at very many products of several suppliers is rarely one of the goods: a placeholder, or "picture removed". */
export const sharedPicture = defineCheck({
  id: 'shared-picture',
  title: `One main picture at ${manyProducts} products or more of ${manySuppliers} suppliers or more: perhaps a placeholder`,
  titleZh: `同一主图被 ${manyProducts} 个以上商品、${manySuppliers} 家以上供应商使用（可能是占位图）`,
  severity: 'info',
  kind: 'sql',
  needs: ['product_images.sha256', 'product_images.role', 'products.supplier_id'],
  async *find({ session }) {
    const rows = session.stream<{ sha256: string; products: string; suppliers: string }>(session.sql(
      `select i.sha256, count(distinct i.product_id)::text as products, count(distinct p.supplier_id)::text as suppliers
       from ? as i join ? as p on p.id = i.product_id
       where i.role = 'main' and i.sha256 is not null and i.deleted_at is null and p.deleted_at is null
       group by i.sha256 having count(distinct i.product_id) >= ${manyProducts} and count(distinct p.supplier_id) >= ${manySuppliers}`,
      [session.named('product_images'), session.named('products')],
    ));
    for await (const { sha256, products, suppliers } of rows) yield fault('image_objects', sha256, { products, suppliers }, { key: { sha256 }, fixable: false });
  },
});
