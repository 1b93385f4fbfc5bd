import { quoteName, syncRejects, type Transaction } from '@1688/db';
import type pg from 'pg';
import type { ProductIdSet } from './product-id-set.ts';

/** Anything in a document that may be the id of an offer. */
const idLike = /[^\s"',;:{}[\]()<>=&?/\\|]{3,64}/g;
const mostTokens = 20_000;

/**
 * A record that was rejected names its offer all the same: such an offer was met. One whose offer cannot be told may stand for any,
 * and so may a document that was cut.
 * @param met gets the offers that rejects name
 * @returns why the scan is no proof, or null when each of its rejects is accounted for
 */
export async function rejectedOffers(trx: Transaction, client: pg.ClientBase, syncRecordId: string, met: ProductIdSet): Promise<{ readonly reason: string | null }> {
  const { rows: [run] } = await client.query<{ rejected: string }>(`select rejected_count as rejected from ${quoteName(trx.schema)}.sync_records where id = $1`, [syncRecordId]);
  let left = Number(run?.rejected ?? 0);
  let unknown = 0;
  for await (const { document, code } of syncRejects(trx).list(left === 0 ? { ids: [] } : { syncRecordId })) {
    left -= 1;
    const tokens = [...new Set(document.match(idLike) ?? [])].slice(0, mostTokens);
    const { rows } = code === 'RECORD_INVALID' ? { rows: [] } : await client.query<{ id: string }>(`select id from ${quoteName(trx.schema)}.products where source_id = any($1)`, [tokens]);
    for (const { id } of rows) met.add(id);
    if (rows.length === 0) unknown += 1;
  }
  unknown += Math.max(left, 0);
  return { reason: unknown === 0 ? null : `${unknown} of its records were rejected and do not say which offers they were.` };
}
