import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';
import type { Session, Sql } from '../session.ts';

/**
 * True for a row `t` that was removed by the very transaction that removed its product, which is there again. A SKU or picture that
 * an import took away has another time.
 */
function wentWithProduct(session: Session): Sql {
  return session.sql(
    `t.deleted_at is not null and exists (select from ? as p join ? as c on c.entity = 'product' and c.source_id = p.source_id
       where p.id = t.product_id and p.deleted_at is null and c.kind = 'removed' and c.changed_at = t.deleted_at)`,
    [session.named('products'), session.named('changes')],
  );
}

const tables = ['skus', 'product_images'] as const;

/** What was removed along with a product and did not come back with it. */
export const removedChild = defineCheck({
  id: 'removed-child',
  title: 'Rows that were removed with their product and did not come back with it',
  titleZh: '商品已恢复，但随其一同软删除的记录未恢复',
  severity: 'medium',
  kind: 'sql',
  needs: ['products.deleted_at', 'skus.deleted_at', 'product_images.deleted_at', 'changes.changed_at'],
  async *find({ session }) {
    for (const table of tables) {
      const rows = session.stream<{ id: string; product: string; removed: Date }>(session.sql(
        'select t.id::text, t.product_id::text as product, t.deleted_at as removed from ? as t where ?', [session.named(table), wentWithProduct(session)],
      ));
      for await (const { id, product, removed } of rows) yield fault(table, id, { productId: product, removedAt: removed.toISOString() }, { key: { id } });
    }
  },
  fix: {
    action: 'restore',
    population: 'products',
    steps: [{
      kind: 'row',
      name: 'restore',
      values: ({ session }) => ({ deleted_at: session.sql('null'), updated_at: session.sql('now()') }),
      stillBroken: ({ session }) => wentWithProduct(session),
    }],
    plan: async (_, { entity, key }) => [rowTarget('restore', entity, key)],
  },
});
