import { listedStatus, quoteName, type FieldValue, type HistoryField, type ProductState, type Queries } from '@1688/db';

/** A value of one product or SKU and the period in which it held; `to` is null for the value that holds now. */
export interface HeldValue {
  readonly skuId: string | null;
  readonly field: HistoryField;
  readonly value: unknown;
  readonly from: Date;
  readonly to: Date | null;
}

/** Superseded values of products, by our id; within one, oldest first. */
export async function supersededOf(client: Queries, schema: string, ids: readonly (string | null)[]): Promise<Map<string, HeldValue[]>> {
  const { rows } = await client.query(
    `select product_id, sku_source_id, field, value, valid_from, valid_to from ${quoteName(schema)}.history_points
     where product_id = any($1) order by product_id, valid_from, id`, [ids]);
  const byProduct = new Map<string, HeldValue[]>();
  for (const row of rows) {
    const id = String(row['product_id']);
    const held = { skuId: row['sku_source_id'] as string | null, field: row['field'] as HistoryField, value: row['value'], from: row['valid_from'] as Date, to: row['valid_to'] as Date };
    const list = byProduct.get(id);
    if (list) list.push(held);
    else byProduct.set(id, [held]);
  }
  return byProduct;
}

/** What holds now, each since the end of what held before it. */
export function currentValues(state: ProductState, superseded: readonly HeldValue[]): HeldValue[] {
  const since = new Map(superseded.map((held) => [`${held.skuId ?? ''} ${held.field}`, held.to]));
  const known = state.firstObservedAt ?? new Date(0);
  const held = (skuId: string | null, field: HistoryField, value: unknown): HeldValue => {
    const listed = skuId === null ? null : since.get(`${skuId} status`);
    return { skuId, field, value, from: since.get(`${skuId ?? ''} ${field}`) ?? listed ?? known, to: null };
  };
  const { fields } = state;
  const product: [HistoryField, unknown][] = [
    ['title', fields['title']], ['status', fields['sourceStatus']], ['minOrderQuantity', fields['minOrderQuantity']], ['stock', fields['stockQuantity']],
    ['price', { priceMinCny: fields['priceMinCny'] ?? null, priceMaxCny: fields['priceMaxCny'] ?? null }], ['tiers', state.tiers],
  ];
  const skus = state.skus.flatMap((sku): HeldValue[] => {
    const status = held(sku.skuId, 'status', sku.deleted ? null : listedStatus);
    if (sku.deleted) return [status];
    const value = (field: string): FieldValue => sku.fields[field] ?? null;
    return [status, held(sku.skuId, 'price', value('priceCny')), held(sku.skuId, 'stock', value('stockQuantity')), held(sku.skuId, 'tiers', sku.tiers)];
  });
  return [...product.map(([field, value]) => held(null, field, value)), ...skus];
}
