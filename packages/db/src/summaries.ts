import { imageRoles, imageStates, normalizeMoney, type ImageRole, type ImageState } from '@1688/core';
import type { Connection } from './connection.ts';
import { quoteName } from './quote-name.ts';

/** What a supplier has on offer here. */
export interface SupplierSummary {
  readonly sourceId: string;
  readonly name: string | null;
  /** Products that are not removed. */
  readonly products: number;
  readonly delisted: number;
  /** Of the lowest prices of its products; null while there is none. */
  readonly price: { readonly min: string | null; readonly max: string | null; readonly average: string | null };
  readonly soldQuantity: number;
  readonly averageRating: number | null;
  readonly images: number;
  readonly lastSyncedAt: Date | null;
}

/** @returns null when there is no such supplier, or it is removed */
export async function supplierSummary(db: Connection, sourceId: string): Promise<SupplierSummary | null> {
  interface Row { name: string | null; products: string; delisted: string; min: string | null; max: string | null; average: string | null; sold: string; rating: string | null; images: string; synced: Date | null }
  const s = quoteName(db.schema);
  const { rows: [row] } = await db.knex.raw<{ rows: Row[] }>(
    `select s.name, count(p.id) as products, count(p.delisted_at) as delisted, min(p.price_min) as min, max(p.price_min) as max, round(avg(p.price_min), 2) as average,
       coalesce(sum(p.sold_quantity), 0) as sold, round(avg(p.rating), 2) as rating, max(p.last_synced_at) as synced,
       (select count(*) from ${s}.product_images i join ${s}.products q on q.id = i.product_id where q.supplier_id = s.id and q.deleted_at is null and i.deleted_at is null) as images
     from ${s}.suppliers s left join ${s}.products p on p.supplier_id = s.id and p.deleted_at is null
     where s.source_id = ? and s.deleted_at is null group by s.id`, [sourceId]);
  if (!row) return null;
  const money = (value: string | null): string | null => (value === null ? null : normalizeMoney(value));
  return {
    sourceId, name: row.name, products: Number(row.products), delisted: Number(row.delisted),
    price: { min: money(row.min), max: money(row.max), average: money(row.average) },
    soldQuantity: Number(row.sold), averageRating: row.rating === null ? null : Number(row.rating), images: Number(row.images), lastSyncedAt: row.synced,
  };
}

/** How far the pictures of one product are. */
export interface ImageSummary {
  readonly offerId: string;
  readonly total: number;
  readonly byState: Readonly<Record<ImageState, number>>;
  readonly byRole: Readonly<Record<ImageRole, number>>;
  /** Objects that are stored for it, each counted once, and their bytes. */
  readonly objects: number;
  readonly bytes: number;
}

/** @returns null when there is no such product, or it is removed */
export async function imageSummary(db: Connection, offerId: string): Promise<ImageSummary | null> {
  interface Row { state: ImageState | null; role: ImageRole | null; sha256: string | null; bytes: string | null }
  const s = quoteName(db.schema);
  const { rows } = await db.knex.raw<{ rows: Row[] }>(
    `select i.state, i.role, i.sha256, o.size_bytes as bytes from ${s}.products p
       left join ${s}.product_images i on i.product_id = p.id and i.deleted_at is null left join ${s}.image_objects o on o.sha256 = i.sha256
     where p.source_id = ? and p.deleted_at is null`, [offerId]);
  if (rows.length === 0) return null;
  const images = rows.filter((row) => row.state !== null);
  const counted = <Name extends string>(names: readonly Name[], of: (row: Row) => string | null): Record<Name, number> =>
    Object.fromEntries(names.map((name) => [name, images.filter((row) => of(row) === name).length])) as Record<Name, number>;
  const objects = new Map(images.flatMap((row) => (row.sha256 === null ? [] : [[row.sha256, Number(row.bytes)] as const])));
  return {
    offerId, total: images.length, byState: counted(imageStates, (row) => row.state), byRole: counted(imageRoles, (row) => row.role),
    objects: objects.size, bytes: [...objects.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}
