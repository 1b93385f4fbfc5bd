import { normalizeMoney, type ImageRole } from '@1688/core';
import type { Connection } from './connection.ts';
import { guarded } from './guarded.ts';
import { quoteName } from './quote-name.ts';

/** An object and how many show it. */
export interface SharedImage {
  readonly sha256: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: string;
  readonly perceptualHash: string | null;
  /** Live products that show it, and their suppliers. */
  readonly products: number;
  readonly suppliers: number;
  readonly roles: readonly ImageRole[];
  /** Some of the offers, at most ten. */
  readonly offerIds: readonly string[];
}

/** A picture of another supplier's product that equals or resembles one of ours. */
export interface GoodsPicture {
  readonly offerId: string;
  readonly title: string;
  readonly supplierId: string | null;
  readonly supplierName: string | null;
  readonly priceMinCny: string | null;
  readonly priceMaxCny: string | null;
  /** Our picture and theirs. */
  readonly sha256: string;
  readonly otherSha256: string;
  /** Bits that differ; 0 also for the same bytes. */
  readonly distance: number;
  /** How we show it, and how they do. */
  readonly role: ImageRole;
  readonly otherRole: ImageRole;
  /** Suppliers that show their picture. */
  readonly suppliers: number;
}

const pageSize = 5_000;

/** Who shows the same pictures, or nearly the same. */
export function imageSharing(db: Connection) {
  const s = quoteName(db.schema);
  return guarded({
    /** Objects that several products show, those shown most first. Reads all rows of pictures once. */
    async listShared({ minProducts = 2, limit = 100 }: { readonly minProducts?: number; readonly limit?: number } = {}): Promise<readonly SharedImage[]> {
      const { rows } = await db.knex.raw<{ rows: SharedRow[] }>(
        `with used as (
           select i.sha256, count(distinct i.product_id) as products from ${s}.product_images i join ${s}.products p on p.id = i.product_id and p.deleted_at is null
           where i.state = 'stored' and i.deleted_at is null group by i.sha256 having count(distinct i.product_id) >= ? order by 2 desc, 1 limit ?)
         ${describe(s, 'used')} order by used.products desc, o.sha256`, [minProducts, limit]);
      return rows.map(toShared);
    },

    /** Objects named by hash, with who shows them; what is not stored is left out. */
    async describe(hashes: readonly string[]): Promise<readonly SharedImage[]> {
      const { rows } = await db.knex.raw<{ rows: SharedRow[] }>(`with used as (select unnest(?::text[]) as sha256) ${describe(s, 'used')} order by o.sha256`, [[...hashes]] as never);
      return rows.map(toShared);
    },

    /** Perceptual hashes of all objects that something shows, in the order of SHA-256. */
    async *hashes(): AsyncGenerator<{ readonly sha256: string; readonly perceptualHash: string }> {
      for (let last = ''; ;) {
        const { rows } = await db.knex.raw<{ rows: { sha256: string; perceptual_hash: string }[] }>(
          `select sha256, perceptual_hash from ${s}.image_objects where sha256 > ? and state = 'live' and reference_count > 0 and perceptual_hash is not null order by sha256 limit ?`, [last, pageSize]);
        for (const row of rows) yield { sha256: row.sha256, perceptualHash: row.perceptual_hash };
        last = rows.at(-1)?.sha256 ?? last;
        if (rows.length < pageSize) return;
      }
    },

    /**
     * Pictures of other suppliers' products that equal one of this offer, or differ from it in at most `distance` of 64 bits.
     * Pictures without features (nearly all bits alike, as of plain colours) count only when they are equal. Compares with every
     * object: about a second for a million.
     * @param stopSuppliers pictures shown by more suppliers are left out
     */
    async goodsLike(offerId: string, { distance, stopSuppliers }: { readonly distance: number; readonly stopSuppliers: number }): Promise<readonly GoodsPicture[]> {
      const { rows } = await db.knex.raw<{ rows: GoodsRow[] }>(goodsSql(s), { offerId, distance, stopSuppliers });
      return rows.map(toGoods);
    },

    /** Suppliers with at least one live product. */
    async countSuppliers(): Promise<number> {
      const { rows } = await db.knex.raw<{ rows: { count: string }[] }>(`select count(*) as count from ${s}.suppliers u where u.deleted_at is null and exists (select from ${s}.products p where p.supplier_id = u.id and p.deleted_at is null)`);
      return Number(rows[0]?.count);
    },
  });
}

const features = (hash: string): string => `bit_count(('x' || ${hash})::bit(64)) between 6 and 58`;

function goodsSql(s: string): string {
  return `with me as (select id, supplier_id from ${s}.products where source_id = :offerId and deleted_at is null),
    mine as materialized (
      select distinct on (o.sha256) o.sha256, i.role, case when ${features('o.perceptual_hash')} then ('x' || o.perceptual_hash)::bit(64) end as bits
      from me join ${s}.product_images i on i.product_id = me.id join ${s}.image_objects o on o.sha256 = i.sha256
      where i.deleted_at is null order by o.sha256, array_position(array['main', 'gallery', 'sku', 'description'], i.role)),
    known as materialized (select sha256, ('x' || perceptual_hash)::bit(64) as bits from ${s}.image_objects where state = 'live' and reference_count > 0 and perceptual_hash is not null),
    alike as (
      select mine.sha256, mine.role, mine.sha256 as other, 0 as distance from mine
      union all
      select mine.sha256, mine.role, known.sha256, bit_count(known.bits # mine.bits) from known join mine on bit_count(known.bits # mine.bits) <= :distance and known.sha256 <> mine.sha256),
    counted as materialized (
      select a.*, (select count(distinct p.supplier_id) from ${s}.product_images i join ${s}.products p on p.id = i.product_id and p.deleted_at is null where i.sha256 = a.other and i.deleted_at is null) as suppliers
      from alike a)
    select distinct on (p.id, c.sha256, c.other) p.source_id, p.title, p.price_min, p.price_max, u.source_id as supplier_id, coalesce(u.company_name, u.name) as supplier_name,
      c.sha256, c.role, c.other, c.distance, c.suppliers, i.role as other_role
    from counted c join ${s}.product_images i on i.sha256 = c.other and i.deleted_at is null
      join ${s}.products p on p.id = i.product_id and p.deleted_at is null cross join me left join ${s}.suppliers u on u.id = p.supplier_id
    where c.suppliers <= :stopSuppliers and p.id <> me.id and (me.supplier_id is null or p.supplier_id is distinct from me.supplier_id)
    order by p.id, c.sha256, c.other, array_position(array['main', 'gallery', 'sku', 'description'], i.role)`;
}

function describe(s: string, used: string): string {
  return `select o.sha256, o.key, o.size_bytes, o.width_px, o.height_px, o.format, o.perceptual_hash, shown.*
    from ${used} join ${s}.image_objects o on o.sha256 = ${used}.sha256 cross join lateral (
      select count(distinct p.id) as product_count, count(distinct p.supplier_id) as supplier_count, array_agg(distinct i.role) as roles,
        (array_agg(distinct p.source_id))[1:10] as offer_ids
      from ${s}.product_images i join ${s}.products p on p.id = i.product_id and p.deleted_at is null where i.sha256 = o.sha256 and i.deleted_at is null) as shown`;
}

interface SharedRow {
  sha256: string; key: string; size_bytes: string; width_px: number; height_px: number; format: string; perceptual_hash: string | null;
  product_count: string; supplier_count: string; roles: ImageRole[] | null; offer_ids: string[] | null;
}

interface GoodsRow {
  source_id: string; title: string; price_min: string | null; price_max: string | null; supplier_id: string | null; supplier_name: string | null;
  sha256: string; role: ImageRole; other: string; distance: number; suppliers: string; other_role: ImageRole;
}

function toShared(row: SharedRow): SharedImage {
  return {
    sha256: row.sha256, key: row.key, sizeBytes: Number(row.size_bytes), widthPx: row.width_px, heightPx: row.height_px, format: row.format, perceptualHash: row.perceptual_hash,
    products: Number(row.product_count), suppliers: Number(row.supplier_count), roles: row.roles ?? [], offerIds: row.offer_ids ?? [],
  };
}

function toGoods(row: GoodsRow): GoodsPicture {
  return {
    offerId: row.source_id, title: row.title, supplierId: row.supplier_id, supplierName: row.supplier_name, priceMinCny: row.price_min === null ? null : normalizeMoney(row.price_min), priceMaxCny: row.price_max === null ? null : normalizeMoney(row.price_max),
    sha256: row.sha256, otherSha256: row.other, distance: Number(row.distance), role: row.role, otherRole: row.other_role, suppliers: Number(row.suppliers),
  };
}
