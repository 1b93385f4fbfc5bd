import { quoteName, suppliers, type Transaction } from '@1688/db';
import type pg from 'pg';
import { decodeIds } from '../import/sighting.ts';
import { productIdSet, type ProductIdSet } from './product-id-set.ts';
import type { ScanGeneration } from './scan-generations.ts';

const pageSize = 500;

export interface Sighted {
  /** Only sightings of this scope; default: of any. */
  readonly scope?: string;
  /** Sightings since the oldest of these scans, and all that they made; null: since ever. */
  readonly since: readonly ScanGeneration[] | null;
}

/** Products that documents showed. Messages show none: they tell of an offer, wherever it is. */
export async function sightedProducts(client: pg.ClientBase, schema: string, { scope, since }: Sighted, into: ProductIdSet = productIdSet()): Promise<ProductIdSet> {
  const at = since?.reduce<Date | null>((least, { observedAt }) => (least === null || observedAt < least ? observedAt : least), null) ?? null;
  const runs = since?.map(({ syncRecordId }) => syncRecordId) ?? [];
  for (let after = '0'; ;) {
    const { rows } = await client.query<{ id: string; product_ids: Buffer }>(
      `select id, product_ids from ${quoteName(schema)}.sightings
       where id > $1 and kind <> 'message' and ($2::timestamptz is null or observed_at >= $2 or sync_record_id = any($3::bigint[])) and ($4::text is null or scope = $4)
       order by id limit ${pageSize}`, [after, at, runs, scope ?? null]);
    for (const row of rows) for (const id of decodeIds(row.product_ids)) into.add(id);
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return into;
    after = last.id;
  }
}

/**
 * What a scope claims to hold: the products that its imports of the last scans showed, and for `supplier:ID` and `category:ID` also
 * the offered products of which the tables say so.
 * @param since the scans before the ones that count; null: all imports of the scope
 */
export async function scopeMembers(trx: Transaction, client: pg.ClientBase, { scope, since }: { readonly scope: string; readonly since: readonly ScanGeneration[] | null }): Promise<ProductIdSet> {
  const members = await sightedProducts(client, trx.schema, { scope, since });
  const claim = await claimOf(trx, scope);
  if (claim === null) return members;
  for (let after = '0'; ;) {
    const { rows } = await client.query<{ id: string }>(
      `select id from ${quoteName(trx.schema)}.products where ${claim.column} = $1 and id > $2 and delisted_at is null and deleted_at is null order by id limit 10000`, [claim.value, after]);
    for (const { id } of rows) members.add(id);
    const last = rows.at(-1);
    if (!last) return members;
    after = last.id;
  }
}

async function claimOf(trx: Transaction, scope: string): Promise<{ readonly column: string; readonly value: string } | null> {
  const [, kind, id] = /^(supplier|category):(.+)$/.exec(scope) ?? [];
  if (kind === undefined || id === undefined) return null;
  if (kind === 'category') return { column: 'category_id', value: id };
  const supplier = await suppliers(trx).find(id);
  return supplier && { column: 'supplier_id', value: supplier.id };
}
