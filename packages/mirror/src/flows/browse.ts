import { search as searchCatalog } from '@1688/catalog';
import type { Mirror } from '../open-mirror.ts';

/** A product as a grid shows it. */
export interface ProductCard {
  readonly offerId: string;
  readonly title: string;
  readonly priceMinCny: string | null;
  readonly priceMaxCny: string | null;
  /** SHA-256 and thumbhash of the picture to show, or null while none is stored. */
  readonly picture: { readonly sha256: string; readonly thumbnail: string | null } | null;
}

export interface ProductCardPage {
  readonly items: readonly ProductCard[];
  readonly nextCursor: string | null;
}

/** A page of products with a picture each: what `text` finds, or the newest ones. */
export async function browseProducts(mirror: Mirror, text: string, options: { readonly limit?: number; readonly cursor?: string | undefined } = {}): Promise<ProductCardPage> {
  const { limit = 60, cursor } = options;
  const page = await searchCatalog(mirror.db, text, { limit, sort: text === '' ? 'updated' : 'relevance', ...(cursor === undefined ? {} : { cursor }) });
  const pictures = await picturesOf(mirror, page.items.map((item) => item.offerId));
  return {
    items: page.items.map(({ offerId, title, priceMinCny, priceMaxCny }) => ({ offerId, title, priceMinCny, priceMaxCny, picture: pictures.get(offerId) ?? null })),
    nextCursor: page.nextCursor,
  };
}

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
