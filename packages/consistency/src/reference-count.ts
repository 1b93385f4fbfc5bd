import { rowTarget, type ActionTarget, type RowStep } from './fix-step.ts';
import type { Session, Sql } from './session.ts';

/** How many live pictures of products really show the object of the row `t` of `image_objects`. */
export function actualReferences(session: Session): Sql {
  return session.sql('(select count(*) from ? as used where used.sha256 = t.sha256 and used.deleted_at is null)', [session.named('product_images')]);
}

/** The count, and since when nothing shows the object, for the row `t` of `image_objects`. */
export function recountedValues(session: Session): Readonly<Record<string, Sql>> {
  const actual = actualReferences(session);
  return {
    reference_count: actual,
    unreferenced_at: session.sql('case when ? > 0 then null else coalesce(t.unreferenced_at, now()) end', [actual]),
  };
}

/** Needed in every fix that takes pictures away from products. */
export const recount: RowStep = {
  kind: 'row',
  name: 'recount',
  values: ({ session }) => recountedValues(session),
  stillBroken: ({ session }) => session.sql('t.reference_count <> ?', [actualReferences(session)]),
};

/** A recount of the object that a row of `product_images` shows, if it shows one that exists. */
export async function planRecount(session: Session, imageId: string): Promise<readonly ActionTarget[]> {
  const objects = await session.rows<{ sha256: string }>(session.sql(
    'select o.sha256 from ? as i join ? as o using (sha256) where i.id = ?', [session.named('product_images'), session.named('image_objects'), imageId],
  ));
  return objects.map(({ sha256 }) => rowTarget('recount', 'image_objects', { sha256 }));
}
