import type { Change } from '@1688/core';
import { exportRecords } from '@1688/catalog';
import type { Database } from '@1688/db';

/** A product as a subscriber keeps it: a line of the export, its supplier named by source id. */
export type Line = Record<string, unknown>;

type Sku = Record<string, unknown> & { skuId: string; position?: number };

/** The products that are not removed, by offer id. */
export async function exportedProducts(db: Database): Promise<Map<string, Line>> {
  const lines = new Map<string, Line>();
  for await (const record of exportRecords(db, 'products', { portable: true })) {
    lines.set(String(record['offerId']), { ...record, supplier: (record['supplier'] as { sourceId: string } | null)?.sourceId ?? null });
  }
  return lines;
}

/** What a subscriber does with one entry of the feed. */
export function fold(product: Line, fields: Change['fields']): void {
  for (const [field, { before, after }] of Object.entries(fields)) {
    product[field] = field === 'skus' ? foldSkus(product['skus'] as Sku[], before as Sku[], after as Sku[]) : after;
  }
}

/** The feed tells the places of SKUs, an export their order: the places of a list that was not told yet count from 0. */
const places = new WeakMap<readonly Sku[], ReadonlyMap<string, number>>();

function foldSkus(skus: Sku[], before: Sku[], after: Sku[]): Sku[] {
  const place = new Map(places.get(skus) ?? skus.map(({ skuId }, index) => [skuId, index]));
  const gone = new Set(before.map(({ skuId }) => skuId));
  for (const { skuId } of after) gone.delete(skuId);
  const folded = new Map(skus.filter(({ skuId }) => !gone.has(skuId)).map((sku) => [sku.skuId, sku]));
  for (const { position, ...sku } of after) {
    folded.set(sku.skuId, { ...folded.get(sku.skuId), ...sku });
    if (position !== undefined) place.set(sku.skuId, position);
  }
  const list = [...folded.values()].toSorted((a, b) => (place.get(a.skuId) ?? 0) - (place.get(b.skuId) ?? 0));
  places.set(list, place);
  return list;
}
