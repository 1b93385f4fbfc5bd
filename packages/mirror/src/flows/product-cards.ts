import { normalizeMoney } from '@1688/core';
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
  readonly delistedAt: Date | null;
  readonly lastSyncedAt: Date | null;
  readonly updatedAt: Date;
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

/** A page of products, each with its main picture, in two statements. @throws NOT_FOUND for an unknown supplier, ARGUMENT_INVALID */
export async function listProductSummaries(mirror: Mirror, options: ListSummariesOptions = {}): Promise<ListPage<ProductSummary>> {
  const { limit = 50, cursor = null, order, direction, supplier, where = {} } = options;
  const supplierId = supplier === undefined ? undefined : (await getSupplier(mirror, supplier)).id;
  const { ids, nextCursor } = await products(mirror.db).pageOfIds({ limit, cursor, ...where, ...defined({ order, direction, supplierId }) });
  return { items: await summariesOf(mirror, ids), nextCursor };
}

interface Row extends Record<string, unknown> {
  source_id: string; title: string; title_translated: string | null; supplier_source_id: string | null; supplier_name: string | null; category_id: string | null; category_name: string | null;
  price_min: string | null; price_max: string | null; min_order_quantity: string | null; unit: string | null; stock_quantity: string | null; sold_quantity: string | null; rating: string | null;
  source_status: string | null; sync_status: string; sha256: string | null; thumbnail: string | null; delisted_at: Date | null; last_synced_at: Date | null; updated_at: Date;
}

async function summariesOf({ db }: Mirror, ids: readonly string[]): Promise<ProductSummary[]> {
  if (ids.length === 0) return [];
  const s = quoteName(db.schema);
  const rows = await preparedQuery<Row>(db,
    `select p.source_id, p.title, p.title_translated, s.source_id as supplier_source_id, coalesce(s.company_name, s.name) as supplier_name, p.category_id, p.category_name, p.price_min, p.price_max,
       p.min_order_quantity, p.unit, p.stock_quantity, p.sold_quantity, p.rating, p.source_status, p.sync_status, i.sha256, i.thumbnail, p.delisted_at, p.last_synced_at, p.updated_at
     from unnest($1::bigint[]) with ordinality as wanted (id, place) join ${s}.products p using (id) left join ${s}.suppliers s on s.id = p.supplier_id
       left join lateral (
         select i.sha256, v.key as thumbnail from ${s}.product_images i left join ${s}.image_variants v on v.sha256 = i.sha256 and v.recipe = 'thumbnail'
         where i.product_id = p.id and i.state = 'stored' and i.deleted_at is null
         order by case i.role when 'main' then 0 when 'gallery' then 1 when 'sku' then 2 else 3 end, i.position limit 1) as i on true
     order by wanted.place`, [[...ids]]);
  return rows.map(toSummary);
}

function toSummary(row: Row): ProductSummary {
  const money = (value: string | null): string | null => (value === null ? null : normalizeMoney(value));
  const number = (value: string | null): number | null => (value === null ? null : Number(value));
  return {
    offerId: row.source_id, title: row.title, titleTranslated: row.title_translated, supplierId: row.supplier_source_id, supplierName: row.supplier_name,
    categoryId: row.category_id, categoryName: row.category_name, priceMinCny: money(row.price_min), priceMaxCny: money(row.price_max),
    minOrderQuantity: number(row.min_order_quantity), unit: row.unit, stockQuantity: number(row.stock_quantity), soldQuantity: number(row.sold_quantity), rating: number(row.rating),
    sourceStatus: row.source_status, syncStatus: row.sync_status, picture: row.sha256 === null ? null : { sha256: row.sha256, thumbnail: row.thumbnail },
    delistedAt: row.delisted_at, lastSyncedAt: row.last_synced_at, updatedAt: row.updated_at,
  };
}
