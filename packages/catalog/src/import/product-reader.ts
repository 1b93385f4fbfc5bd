import { productStates, quoteName, type ProductState } from '@1688/db';
import type pg from 'pg';

/** How a product is stored, for whoever compares many: by our ids, locked against other writers, in the order of source ids. */
export async function lockProducts(client: pg.ClientBase, schema: string, offerIds: readonly string[]): Promise<Map<string, ProductState>> {
  if (offerIds.length === 0) return new Map();
  const s = quoteName(schema);
  const { rows } = await client.query<Readonly<Record<string, unknown>>>(
    `select * from ${s}.products where source_id = any($1) order by source_id collate "C" for no key update`, [offerIds]);
  const states = await productStates(client, schema, rows);
  return new Map(states.map((state) => [state.offerId, state]));
}
