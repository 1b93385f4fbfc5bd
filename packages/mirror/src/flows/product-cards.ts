import { preparedQuery, products, quoteName, type ProductFilter, type ProductOrder } from '@1688/db';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { getSupplier, type ListPage } from './products.ts';

/** A product as a list shows it: what belongs to it is counted or left out. */
export interface ProductSummary {
  readonly offerId: string;
  readonly title: string;
  readonly titleTranslated: string | null;
  readonly supplierId: string | null;
  readonly supplierName: string | null;
  readonly categoryId: string | null;
  readonly categoryName: string | null;
  readonly priceMinCny: string | null;
  readonly priceMaxCny: string | null;
  readonly minOrderQuantity: number | null;
  readonly unit: string | null;
  readonly stockQuantity: number | null;
  readonly soldQuantity: number | null;
  readonly rating: number | null;
  readonly sourceStatus: string | null;
  readonly syncStatus: string;
  /** The picture to show, or null while none is stored. */
  readonly picture: { readonly sha256: string; readonly thumbnail: string | null } | null;
  /** Times as ISO 8601. */
  readonly delistedAt: string | null;
  readonly lastSyncedAt: string | null;
  readonly updatedAt: string;
}

export interface ListSummariesOptions {
  /** Default 50. */
  readonly limit?: number;
  readonly cursor?: string | undefined;
  readonly order?: ProductOrder | undefined;
  readonly direction?: 'asc' | 'desc' | undefined;
  /** Source id of the supplier. */
  readonly supplier?: string | undefined;
  readonly where?: Omit<ProductFilter, 'supplierId'>;
}

/** A page of products, each with its main picture. @throws NOT_FOUND for an unknown supplier, ARGUMENT_INVALID */
export async function listProductSummaries(mirror: Mirror, options: ListSummariesOptions = {}): Promise<ListPage<ProductSummary>> {
  const { items, nextCursor } = await productSummariesJson(mirror, options);
  return { items: JSON.parse(items) as ProductSummary[], nextCursor };
}

/** The same with the items as JSON text, as PostgreSQL writes it: for who only hands them on. */
export async function productSummariesJson(mirror: Mirror, options: ListSummariesOptions = {}): Promise<{ readonly items: string; readonly nextCursor: string | null }> {
  const { limit = 50, cursor = null, order, direction, supplier, where = {} } = options;
  const supplierId = supplier === undefined ? undefined : (await getSupplier(mirror, supplier)).id;
  const { ids, nextCursor } = await products(mirror.db).pageOfIds({ limit, cursor, ...where, ...defined({ order, direction, supplierId }) });
  if (ids.length === 0) return { items: '[]', nextCursor };
  const [row] = await preparedQuery<{ items: string }>(mirror.db, summariesStatement(quoteName(mirror.db.schema)), [[...ids]]);
  return { items: row?.items ?? '[]', nextCursor };
}

function summariesStatement(s: string): string {
  // As normalizeMoney spells it: two decimals, or four where they are needed.
  const money = (column: string): string => `case when ${column} = round(${column}, 2) then round(${column}, 2) else ${column} end::text`;
  const time = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return `select coalesce(json_agg(json_build_object('offerId', p.source_id, 'title', p.title, 'titleTranslated', p.title_translated, 'supplierId', s.source_id, 'supplierName', coalesce(s.company_name, s.name),
      'categoryId', p.category_id, 'categoryName', p.category_name, 'priceMinCny', ${money('p.price_min')}, 'priceMaxCny', ${money('p.price_max')}, 'minOrderQuantity', p.min_order_quantity, 'unit', p.unit,
      'stockQuantity', p.stock_quantity, 'soldQuantity', p.sold_quantity, 'rating', p.rating::float8, 'sourceStatus', p.source_status, 'syncStatus', p.sync_status,
      'picture', case when i.sha256 is not null then json_build_object('sha256', i.sha256, 'thumbnail', i.thumbnail) end,
      'delistedAt', ${time('p.delisted_at')}, 'lastSyncedAt', ${time('p.last_synced_at')}, 'updatedAt', ${time('p.updated_at')}) order by wanted.place), '[]'::json)::text as items
    from unnest($1::bigint[]) with ordinality as wanted (id, place) join ${s}.products p using (id) left join ${s}.suppliers s on s.id = p.supplier_id
      left join lateral (
        select i.sha256, v.key as thumbnail from ${s}.product_images i left join ${s}.image_variants v on v.sha256 = i.sha256 and v.recipe = 'thumbnail'
        where i.product_id = p.id and i.state = 'stored' and i.deleted_at is null
        order by case i.role when 'main' then 0 when 'gallery' then 1 when 'sku' then 2 else 3 end, i.position limit 1) as i on true`;
}
