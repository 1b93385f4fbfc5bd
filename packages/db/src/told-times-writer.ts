import type { Transaction } from './connection.ts';
import type { ProductState } from './product-state.ts';
import { quoteName } from './quote-name.ts';
import { encodeToldTimes, productTimesWith, sameTimes } from './told-times.ts';

/** Stores when each part of a product was told, where that is not what the rows say. The rows are there and locked. */
export async function writeToldTimes(trx: Transaction, { id, told, skuTold, skus, images }: ProductState): Promise<void> {
  const s = quoteName(trx.schema);
  await trx.knex.raw(`update ${s}.products set told_times = ?::bytea where id = ? and told_times is distinct from ?::bytea`, times(encodeToldTimes(productTimesWith(told, skuTold)), id));
  if (skus.length > 0) {
    const rows = skus.map((sku) => ({ source_id: sku.skuId, told: sameTimes(sku.told, skuTold) ? null : encodeToldTimes(sku.told)?.toString('hex') }));
    await trx.knex.raw(
      `update ${s}.skus s set told_times = decode(t.told, 'hex') from jsonb_to_recordset(?::jsonb) as t (source_id text, told text)
       where s.product_id = ? and s.source_id = t.source_id and s.told_times is distinct from decode(t.told, 'hex')`, [JSON.stringify(rows), id]);
  }
  if (images.length > 0) {
    const rows = images.map((image) => ({ role: image.role, canonical_url: image.canonicalUrl, told: image.deleted && !Number.isNaN(image.told) ? image.told : null }));
    await trx.knex.raw(
      `update ${s}.product_images i set told_at = t.told from jsonb_to_recordset(?::jsonb) as t (role text, canonical_url text, told double precision)
       where i.product_id = ? and i.role = t.role and i.canonical_url = t.canonical_url and i.told_at is distinct from t.told`, [JSON.stringify(rows), id]);
  }
}

function times(bytes: Buffer | null, id: string | null): never {
  return [bytes, id, bytes] as never;
}
