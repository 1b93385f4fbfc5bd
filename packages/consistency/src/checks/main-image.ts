import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';
import type { Session, Sql } from '../session.ts';

/** The first stored picture of the gallery of product `id`, whichever row says so. */
function firstOfGallery(session: Session, product: Sql): Sql {
  return session.sql(
    `(select g.id from ? as g where g.product_id = ? and g.role = 'gallery' and g.state = 'stored' and g.deleted_at is null
      and not exists (select from ? as m where m.product_id = g.product_id and m.role = 'main' and m.canonical_url = g.canonical_url)
      order by g.position, g.id limit 1)`,
    [session.named('product_images'), product, session.named('product_images')],
  );
}

/** A product that shows nothing in a list although its gallery is stored. Without any picture of its source it is no finding. */
export const mainImage = defineCheck({
  id: 'main-image',
  title: 'Products with stored gallery pictures but no main picture',
  titleZh: '商品有图库图片但没有主图',
  severity: 'medium',
  kind: 'sql',
  needs: ['products.deleted_at', 'product_images.role', 'product_images.canonical_url'],
  async *find({ session }) {
    const images = session.named('product_images');
    const rows = session.stream<{ id: string; offer: string; candidate: string | null }>(session.sql(
      `select p.id::text, p.source_id as offer, ?::text as candidate from ? as p
       where p.deleted_at is null
         and exists (select from ? as g where g.product_id = p.id and g.role = 'gallery' and g.state = 'stored' and g.deleted_at is null)
         and not exists (select from ? as m where m.product_id = p.id and m.role = 'main' and m.deleted_at is null)`,
      [firstOfGallery(session, session.column('id', 'p')), session.named('products'), images, images],
    ));
    for await (const { id, offer, candidate } of rows) yield fault('products', id, { offerId: offer, candidate }, { key: { id }, fixable: candidate !== null });
  },
  fix: {
    action: 'promote',
    population: 'products',
    steps: [{
      kind: 'row',
      name: 'promote',
      values: ({ session }) => ({ role: session.sql("'main'"), updated_at: session.sql('now()') }),
      stillBroken: ({ session }) => session.sql(
        "t.id = ? and not exists (select from ? as m where m.product_id = t.product_id and m.role = 'main' and m.deleted_at is null)",
        [firstOfGallery(session, session.column('product_id')), session.named('product_images')],
      ),
    }],
    plan: async (_, { evidence }) => [rowTarget('promote', 'product_images', { id: String(evidence['candidate']) })],
  },
});
