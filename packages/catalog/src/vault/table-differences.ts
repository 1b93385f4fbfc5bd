import { productColumns, quoteName, skuColumns, supplierColumns, type Column, type FieldLocks } from '@1688/db';
import type pg from 'pg';

/** One cell that two stores hold differently, with what the first one knows of who told it. */
export interface CellDifference {
  readonly table: ComparedTable;
  /** Source ids: of a supplier (the first of its keys, with the kind); of an offer; of an offer and a SKU; of an offer, a SKU or nothing, and a quantity; of an offer, a role and an address. */
  readonly key: readonly string[];
  /** As `@1688/core` spells it; `row` for one that only one of them has. */
  readonly field: string;
  readonly stored: unknown;
  readonly replayed: unknown;
  /** Of the row, else of its product. */
  readonly toldTimes: Buffer | null;
  readonly locks: FieldLocks | null;
}

export type ComparedTable = 'suppliers' | 'products' | 'skus' | 'price_tiers' | 'product_images';

interface Comparison {
  readonly table: ComparedTable;
  /** A query of `key`, `present`, `told`, `locks` and the fields, of one schema. */
  readonly rows: (schema: string) => string;
  readonly fields: readonly string[];
}

/** Sales figures move with every pull, and only the first document of those that differ in nothing else is kept. */
const compared = (columns: readonly Column[]): readonly Column[] => columns.filter(({ field }) => field !== 'soldQuantity');
const selected = (columns: readonly Column[], alias: string): string => compared(columns).map(({ field, column }) => `${alias}.${column} as ${quoteName(field)}`).join(', ');
const names = (columns: readonly Column[]): string[] => compared(columns).map(({ field }) => field);

/** Under which of its keys a supplier has its row depends on which came first; all of them together do not. */
const identityOf = (s: string, x: string): string => `coalesce((select min(a.kind || ' ' || a.value collate "C") from ${s}.supplier_aliases a where a.supplier_id = ${x}.id), ${x}.source_id)`;
/** Null where it is one of the keys, or made of the name. */
const strangeId = (s: string): string => `case when x.source_id like 'name:%' or exists (select from ${s}.supplier_aliases a where a.supplier_id = x.id and a.value = x.source_id) then null else x.source_id end as "sourceId"`;

const comparisons: readonly Comparison[] = [
  {
    table: 'suppliers', fields: [...names(supplierColumns), 'sourceId', 'aliases'],
    rows: (s) => `select array[${identityOf(s, 'x')}] as key, true as present, x.told_times as told, null::jsonb as locks, ${selected(supplierColumns, 'x')}, ${strangeId(s)},
      (select jsonb_agg(jsonb_build_array(a.kind, a.value) order by a.kind collate "C", a.value collate "C") from ${s}.supplier_aliases a where a.supplier_id = x.id) as aliases
      from ${s}.suppliers x where x.joined_into is null`,
  },
  {
    table: 'products', fields: [...names(productColumns), 'supplier'],
    rows: (s) => `select array[p.source_id] as key, true as present, p.told_times as told, p.field_locks as locks, ${selected(productColumns, 'p')}, (select ${identityOf(s, 'x')} from ${s}.suppliers x where x.id = p.supplier_id) as supplier from ${s}.products p`,
  },
  {
    table: 'skus', fields: [...names(skuColumns), 'position'],
    rows: (s) => `select array[p.source_id, k.source_id] as key, k.deleted_at is null as present, coalesce(k.told_times, p.told_times) as told, p.field_locks as locks, ${selected(skuColumns, 'k')}, k.position from ${s}.skus k join ${s}.products p on p.id = k.product_id`,
  },
  {
    table: 'price_tiers', fields: ['priceCny'],
    rows: (s) => `select array[p.source_id, coalesce(k.source_id, ''), t.min_quantity::text] as key, k.deleted_at is null as present, coalesce(k.told_times, p.told_times) as told, p.field_locks as locks, t.price as "priceCny"
      from ${s}.price_tiers t join ${s}.products p on p.id = t.product_id left join ${s}.skus k on k.id = t.sku_id`,
  },
  {
    table: 'product_images', fields: ['url', 'position'],
    rows: (s) => `select array[p.source_id, i.role, i.canonical_url] as key, i.deleted_at is null as present, p.told_times as told, p.field_locks as locks, i.url, i.position from ${s}.product_images i join ${s}.products p on p.id = i.product_id`,
  },
];

const fetched = 500;

/**
 * Every cell that differs between two schemas of one database, without ids of our own, times and sales figures. Inside a transaction;
 * memory is that of a page.
 * @param profiles only offers all of whose documents are of these are compared
 */
export async function* tableDifferences(client: pg.ClientBase, { stored, replayed, profiles }: { readonly stored: string; readonly replayed: string; readonly profiles: readonly string[] }): AsyncGenerator<CellDifference> {
  const [s, r] = [quoteName(stored), quoteName(replayed)];
  await client.query(`create temporary table sync1688_compared on commit drop as select source_id from ${s}.payloads group by source_id having bool_and(profile = any($1))`, [profiles]);
  await client.query('create unique index on pg_temp.sync1688_compared (source_id)');
  await client.query('analyze pg_temp.sync1688_compared');
  for (const { table, rows, fields } of comparisons) {
    const cells = ['row', ...fields].map((field) => (field === 'row' ? `('row', to_jsonb(a.key is not null and a.present), to_jsonb(b.key is not null and b.present))` : `('${field}', to_jsonb(a.${quoteName(field)}), to_jsonb(b.${quoteName(field)}))`)).join(', ');
    const known = table === 'suppliers' ? '' : 'and (coalesce(a.key, b.key))[1] in (select source_id from pg_temp.sync1688_compared)';
    await client.query(
      `declare sync1688_differences no scroll cursor for
       select coalesce(a.key, b.key) as key, v.field, v.stored, v.replayed, a.told as "toldTimes", a.locks
       from (${rows(s)}) a full join (${rows(r)}) b on a.key = b.key cross join lateral (values ${cells}) v (field, stored, replayed)
       where (coalesce(a.present, false) or coalesce(b.present, false)) and (v.field = 'row') = (coalesce(a.present, false) <> coalesce(b.present, false))
         and v.stored is distinct from v.replayed ${known}
       order by 1, 2`);
    for (;;) {
      const { rows: page } = await client.query<Omit<CellDifference, 'table'>>(`fetch ${fetched} from sync1688_differences`);
      for (const row of page) yield { table, ...row };
      if (page.length < fetched) break;
    }
    await client.query('close sync1688_differences');
  }
}
