import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';
import type { Session, Sql } from '../session.ts';

/** True for a live main picture `t` before which another one of its product stands. */
function isSecond(session: Session): Sql {
  return session.sql(
    `t.role = 'main' and t.deleted_at is null and exists (select from ? as m where m.product_id = t.product_id and m.role = 'main'
       and m.deleted_at is null and (m.position, m.id) < (t.position, t.id))`,
    [session.named('product_images')],
  );
}

function isInGallery(session: Session): Sql {
  return session.sql(
    "exists (select from ? as g where g.product_id = t.product_id and g.role = 'gallery' and g.canonical_url = t.canonical_url)", [session.named('product_images')],
  );
}

/** Which of several main pictures a list shows would be chance. The first stays, the others go to the end of the gallery. */
export const mainImageTwice = defineCheck({
  id: 'main-image-twice',
  title: 'Products with more than one main picture',
  titleZh: '商品有多张主图',
  severity: 'low',
  kind: 'sql',
  needs: ['product_images.role', 'product_images.position', 'product_images.canonical_url'],
  async *find({ session }) {
    const rows = session.stream<{ id: string; product: string; gallery: boolean }>(session.sql(
      'select t.id::text, t.product_id::text as product, ? as gallery from ? as t where ?', [isInGallery(session), session.named('product_images'), isSecond(session)],
    ));
    // A row of the gallery shows the same picture already: which of the two a person wants is not ours to say.
    for await (const { id, product, gallery } of rows) yield fault('product_images', id, { productId: product }, { key: { id }, fixable: !gallery });
  },
  fix: {
    action: 'demote',
    population: 'products',
    steps: [{
      kind: 'row',
      name: 'demote',
      values: ({ session }) => ({
        role: session.sql("'gallery'"),
        position: session.sql("(select coalesce(max(g.position) + 1, 0) from ? as g where g.product_id = t.product_id and g.role = 'gallery' and g.deleted_at is null)", [session.named('product_images')]),
        updated_at: session.sql('now()'),
      }),
      stillBroken: ({ session }) => session.sql('? and not ?', [isSecond(session), isInGallery(session)]),
    }],
    plan: async (_, { key }) => [rowTarget('demote', 'product_images', key)],
  },
});
