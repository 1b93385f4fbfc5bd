import { isRuinedId, productSchema, shown, storableText, SyncError, type Product } from '@1688/core';
import { isObject, parseJson, type RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';
import { isBlank, readId } from '../record/read-field.ts';

const productFields = new Set(Object.keys(productSchema.shape));
const otherEntities = new Set(['supplier', 'image', 'history', 'sku', 'change', 'store']);
const times = ['createdAtSource', 'updatedAtSource'] as const;

const nested = new Set(['supplier', 'priceTiers', 'skus', 'images', 'attributes', 'specifications']);
const numeric = new Set(['minOrderQuantity', 'unitsPerSellUnit', 'stockQuantity', 'soldQuantity', 'reviewCount', 'rating']);

/**
 * What `1688sync export` writes: one `{"entity":"product", …}` a line in the fields of `Product`, or a CSV with those fields as
 * headers and JSON in the cells of nested ones. Lines of other entities are passed over.
 */
export const ownExport = defineProfile({
  name: '1688sync-export',
  mapperVersion: 1,
  confidence: 1,
  isRecord: (value) => typeof value['entity'] === 'string' || isBareProduct(value) || isRow(value),
  evidence: (value) => ['entity', 'offerId', 'title', 'priceTiers', 'skus', 'images'].filter((key) => key in value),
  fieldOfColumn: (header) => (productFields.has(header) || header === 'observedAt' ? header : null),
  recognises(records) {
    const exported = records.filter(({ entity }) => entity === 'product' || (typeof entity === 'string' && otherEntities.has(entity))).length;
    const bare = records.filter(isBareProduct).length;
    const rows = records.filter(isRow).length;
    return Math.max(exported, rows, 0.6 * bare) / Math.max(1, records.length);
  },
  map: (record, { format }) => (format === 'json' || format === 'jsonl' ? mapLine(record) : mapLine(fromCells(record))),
});

/** A row of our CSV. */
function isRow(value: RawObject): boolean {
  return ['offerId', 'title', 'priceTiers', 'skus', 'images'].every((key) => typeof value[key] === 'string');
}

/** A CSV row as the line that it was made from; a blank cell is a field that is not told. */
function fromCells(row: RawObject): RawObject {
  const line: Record<string, unknown> = {};
  for (const [key, cell] of Object.entries(row)) {
    if (isBlank(cell) || typeof cell !== 'string') continue;
    if (nested.has(key)) line[key] = parseCell(key, cell);
    else if (numeric.has(key)) line[key] = Number(cell);
    else line[key] = key === 'mixedBatch' ? cell === 'true' : cell.replace(/^'(?='*[=+\-@\t\r])/, ''); // the quote that keeps spreadsheets from running it
  }
  return { ...line, offerId: readId(row, 'offerId')?.value ?? undefined };
}

function parseCell(field: string, cell: string): unknown {
  try {
    return parseJson(cell).value;
  } catch (cause) {
    throw new SyncError('FIELD_INVALID', `Expected ${field} to hold JSON, as it was exported.`, { hint: `Restore the cell ${field}, or empty it.`, cause, details: { field } });
  }
}

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
  refuseCutIds(line);
  const product: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(line)) if (productFields.has(key)) product[key] = storable(value);
  for (const key of times) if (typeof product[key] === 'string') product[key] = new Date(product[key]);
  const observedAt = typeof line['observedAt'] === 'string' ? new Date(line['observedAt']) : null;
  return { kind: 'detail', observedAt: observedAt && Number.isFinite(observedAt.getTime()) ? observedAt : null, product: product as unknown as Product };
}

/** What a spreadsheet wrote comes back as JSON, too. An id of a program may look like `1e5`; only the plus sign is Excel's. */
function refuseCutIds({ offerId, skus }: RawObject): void {
  const ids = [['offerId', offerId] as const, ...(Array.isArray(skus) ? skus.map((sku: unknown) => ['skus', isObject(sku) ? sku['skuId'] : undefined] as const) : [])];
  const cut = ids.find(([, id]) => typeof id === 'string' && id.includes('+') && isRuinedId(id));
  if (cut) {
    throw new SyncError('FIELD_INVALID', `Expected ${cut[0]} to be an id with all its digits, received ${shown(cut[1])}: Excel has cut the digits.`, {
      hint: 'Take the ids from the file as it was exported.', details: { field: cut[0] },
    });
  }
}

/** The same value with its texts as a database can hold them: what was exported is so already, what was edited may not be. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [storableText(key), storable(each)])) : value;
}
