import type { Mirror } from '../open-mirror.ts';

/** The first stored picture of each product: main before gallery before the rest. */
export async function picturesOf({ db }: Mirror, offerIds: readonly string[]): Promise<Map<string, { sha256: string; thumbnail: string | null }>> {
  if (offerIds.length === 0) return new Map();
  const { rows } = await db.knex.raw<{ rows: { source_id: string; sha256: string; thumbnail: string | null }[] }>(
    `select distinct on (p.source_id) p.source_id, i.sha256, v.key as thumbnail
     from ??.products p
     join ??.product_images i on i.product_id = p.id and i.state = 'stored' and i.deleted_at is null
     left join ??.image_variants v on v.sha256 = i.sha256 and v.recipe = 'thumbnail'
     where p.source_id = any(?)
     order by p.source_id, case i.role when 'main' then 0 when 'gallery' then 1 when 'sku' then 2 else 3 end, i.position`,
    [db.schema, db.schema, db.schema, [...offerIds]],
  );
  return new Map(rows.map(({ source_id: offerId, sha256, thumbnail }) => [offerId, { sha256, thumbnail }]));
}
