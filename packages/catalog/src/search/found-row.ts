import type { SortColumn } from './search-sort.ts';

/** As the server gives a product that was found. */
export interface FoundRow {
  id: string;
  source_id: string;
  title: string;
  title_translated: string | null;
  price_min: string | null;
  price_max: string | null;
  min_order_quantity: string | null;
  sold_quantity: string | null;
  supplier_name: string | null;
  updated_at: Date;
  /** `Position.key` */
  key: string | null;
}

/** What `FoundRow` takes of a product `p`. */
export function foundColumns(s: string, column: SortColumn): string {
  return `p.id, p.source_id, p.title, p.title_translated, p.price_min, p.price_max, p.min_order_quantity, p.sold_quantity, p.updated_at,
    (select name from ${s}.suppliers where id = p.supplier_id) as supplier_name, ${keyText(`p.${column.name}`, column)} as key`;
}

/** A value as text that sorts and reads back the same in every session. */
export function keyText(value: string, { type }: SortColumn): string {
  return type === 'timestamptz' ? `to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : `${value}::text`;
}
