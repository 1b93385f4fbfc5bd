import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';

/** Live pictures of one product and role, or SKUs of one product, that stand in the same place: their order is chance. */
const lists = [
  { table: 'product_images', group: 'product_id, role' },
  { table: 'skus', group: 'product_id' },
] as const;

/** Gaps are harmless and come with every picture that a source takes away; equal places are not. */
export const samePosition = defineCheck({
  id: 'same-position',
  title: 'Pictures or SKUs of one product that stand in the same place',
  titleZh: '同一商品的图片或规格排序位置重复',
  severity: 'low',
  kind: 'sql',
  needs: ['product_images.position', 'product_images.role', 'skus.position'],
  async *find({ session }) {
    for (const { table, group } of lists) {
      const rows = session.stream<{ id: string; product: string; was: string; place: string }>(session.sql(
        `select id, product, was, place from (
           select id::text, product_id::text as product, position::text as was,
             (row_number() over (partition by ${group} order by position, id) - 1 + min(position) over (partition by ${group}))::text as place,
             bool_or(again) over (partition by ${group}) as mixed
           from (select t.*, count(*) over (partition by ${group}, position) > 1 as again from ? as t where deleted_at is null) as t
         ) as numbered where mixed and was <> place`,
        [session.named(table)],
      ));
      for await (const { id, product, was, place } of rows) yield fault(table, id, { productId: product, position: was, free: place }, { key: { id } });
    }
  },
  fix: {
    action: 'renumber',
    population: 'product_images',
    steps: [{
      kind: 'row',
      name: 'renumber',
      values: ({ session }, { facts }) => ({ position: session.sql('?::integer', [facts['free'] ?? '']), updated_at: session.sql('now()') }),
      stillBroken: ({ session }, { facts }) => session.sql('t.deleted_at is null and t.position = ?::integer', [facts['position'] ?? '']),
    }],
    plan: async (_, { entity, key, evidence }) => [rowTarget('renumber', entity, key, { position: String(evidence['position']), free: String(evidence['free']) })],
  },
});
