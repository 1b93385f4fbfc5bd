import { productSchema, SyncError, type Product } from '@1688/core';
import type { RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';

const productFields = new Set(Object.keys(productSchema.shape));
const otherEntities = new Set(['supplier', 'image', 'history', 'sku', 'change', 'store']);
const times = ['createdAtSource', 'updatedAtSource'] as const;

/** What `1688sync export` writes: one `{"entity":"product", …}` a line in the fields of `Product`. Lines of other entities are passed over. */
export const ownExport = defineProfile({
  name: '1688sync-export',
  mapperVersion: 1,
  confidence: 1,
  isRecord: (value) => typeof value['entity'] === 'string' || isBareProduct(value),
  recognises(records) {
    const exported = records.filter(({ entity }) => entity === 'product' || otherEntities.has(String(entity))).length;
    const bare = records.filter(isBareProduct).length;
    return Math.max(exported, 0.6 * bare) / Math.max(1, records.length);
  },
  map: mapLine,
});

/** The fields of `Product` and no others, as a program writes that uses these packages. */
function isBareProduct(value: RawObject): boolean {
  return typeof value['offerId'] === 'string' && typeof value['title'] === 'string' && Object.keys(value).every((key) => productFields.has(key));
}

function mapLine(line: RawObject): MappedProduct | null {
  const entity = line['entity'];
  if (entity !== undefined && entity !== 'product') {
    if (typeof entity === 'string' && otherEntities.has(entity)) return null;
    throw new SyncError('RECORD_INVALID', `Expected entity to be product, supplier, image or history, received ${JSON.stringify(entity)}.`, { hint: 'Import the file as it was exported.', details: { field: 'entity' } });
  }
  const product: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(line)) if (productFields.has(key)) product[key] = value;
  for (const key of times) if (typeof product[key] === 'string') product[key] = new Date(product[key]);
  const observedAt = typeof line['observedAt'] === 'string' ? new Date(line['observedAt']) : null;
  return { kind: 'detail', observedAt: observedAt && Number.isFinite(observedAt.getTime()) ? observedAt : null, product: product as unknown as Product };
}
