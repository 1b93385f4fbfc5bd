import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';
import { touched } from '../touched.ts';

/** The search index of a title that is not made from it: the product is found by words it does not have, or not at all. */
export const titleGrams = defineCheck({
  id: 'title-grams',
  title: 'Products whose search index does not fit their title',
  titleZh: '商品标题的搜索索引已过期',
  severity: 'medium',
  kind: 'sql',
  needs: ['products.title_grams', 'products.title', 'products.source_id', 'store.lineage'],
  async *find(context) {
    const { session } = context;
    const rows = session.stream<{ id: string; offer: string; title: string }>(session.sql(
      'select id::text, source_id as offer, left(title, 80) as title from ? as t where ? and t.title_grams is distinct from ?(t.title)',
      [session.named('products'), touched(context, 'products'), session.named('grams')],
    ));
    for await (const { id, offer, title } of rows) yield fault('products', id, { offerId: offer, title }, { key: { id } });
  },
  fix: {
    action: 'reindex',
    population: 'products',
    steps: [{
      kind: 'row',
      name: 'reindex',
      values: ({ session }) => ({ title_grams: session.sql('?(t.title)', [session.named('grams')]) }),
      stillBroken: ({ session }) => session.sql('t.title_grams is distinct from ?(t.title)', [session.named('grams')]),
    }],
    plan: async (_, { key }) => [rowTarget('reindex', 'products', key)],
  },
});
