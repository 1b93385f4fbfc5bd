import { z } from 'zod';
import { count, countOrNull, facts, moneyOrNull, money, page, rowId, rowIdOrNull, text, textOrNull, time, timeOrNull } from './common.ts';
import { supplierSchema } from './supplier.ts';

const picture = z.strictObject({ sha256: text, thumbnail: textOrNull }).nullable().meta({ description: 'The picture to show, or null while none is stored: /i/{sha256}/thumbnail.webp, or /i/{sha256}/original while thumbnail is null.' });

export const productSummarySchema = z.strictObject({
  offerId: text, title: text, titleTranslated: textOrNull, supplierId: textOrNull, supplierName: textOrNull, categoryId: textOrNull, categoryName: textOrNull,
  priceMinCny: moneyOrNull, priceMaxCny: moneyOrNull, minOrderQuantity: countOrNull, unit: textOrNull, stockQuantity: countOrNull, soldQuantity: countOrNull, rating: z.number().nullable(),
  sourceStatus: textOrNull, syncStatus: text, picture, delistedAt: timeOrNull, lastSyncedAt: timeOrNull, updatedAt: time,
});
export const productPageSchema = page(productSummarySchema);

const attribute = z.strictObject({ name: text, value: text, imageUrl: textOrNull.optional() });
const tier = z.strictObject({ minQuantity: z.int(), priceCny: money });
const sku = z.strictObject({
  id: rowId, skuId: text, specId: textOrNull, attributes: z.array(attribute).nullable(), priceCny: moneyOrNull, consignPriceCny: moneyOrNull, retailPriceCny: moneyOrNull,
  stockQuantity: countOrNull, soldQuantity: countOrNull, articleNumber: textOrNull, imageUrl: textOrNull, weightGrams: z.number().nullable(), priceTiers: z.array(tier), updatedAt: time,
});
const image = z.strictObject({
  id: rowId, url: text, canonicalUrl: text, role: text, position: count, state: text, attempts: count, nextAttemptAt: timeOrNull, errorCode: textOrNull, sha256: textOrNull,
});

export const productSchema = z.strictObject({
  id: rowId, offerId: text, title: text, titleTranslated: textOrNull, subtitle: textOrNull, description: textOrNull.meta({ description: 'HTML as the seller wrote it: never to be shown without sanitising.' }),
  categoryId: textOrNull, categoryName: textOrNull, attributes: z.array(attribute).nullable(), specifications: facts.nullable(),
  priceMinCny: moneyOrNull, priceMaxCny: moneyOrNull, consignPriceCny: moneyOrNull, retailPriceCny: moneyOrNull, currency: text, pricingMode: textOrNull,
  minOrderQuantity: countOrNull, unit: textOrNull, sellUnit: textOrNull, unitsPerSellUnit: countOrNull, mixedBatch: z.boolean().nullable(), stockQuantity: countOrNull, soldQuantity: countOrNull,
  reviewCount: countOrNull, rating: z.number().nullable(), sourceStatus: textOrNull, url: textOrNull, videoUrl: textOrNull, createdAtSource: timeOrNull, updatedAtSource: timeOrNull,
  supplierId: rowIdOrNull, supplier: supplierSchema.nullable(), skus: z.array(sku), priceTiers: z.array(tier), images: z.array(image),
  syncStatus: text, lastSyncedAt: timeOrNull, createdAt: time, updatedAt: time, deletedAt: timeOrNull, delistedAt: timeOrNull,
  delistedEvidence: facts.nullable().meta({ description: 'Why it counts as delisted.' }), lockedFields: z.array(text).meta({ description: 'Fields that a person holds against syncs.' }),
});

export const historySchema = z.strictObject({
  points: z.array(z.strictObject({ observedAt: time.meta({ description: 'Since when the value held.' }), skuId: textOrNull, field: text, value: z.unknown() })).meta({ description: 'Oldest first; the last of each SKU and field holds now.' }),
  listing: z.array(z.strictObject({ kind: z.enum(['delisted', 'relisted', 'removed', 'restored']), observedAt: time, evidence: facts.nullable(), syncRecordId: rowIdOrNull }))
    .meta({ description: 'How the offer went (下架) and came back, in the order in which it was learnt.' }),
});

export const searchItemSchema = z.strictObject({
  offerId: text, title: text, titleTranslated: textOrNull, priceMinCny: moneyOrNull, priceMaxCny: moneyOrNull, minOrderQuantity: countOrNull, soldQuantity: countOrNull, supplierName: textOrNull,
  updatedAt: time, score: z.number(), picture,
});
const facetValue = z.strictObject({ value: textOrNull, name: textOrNull, count });
export const searchPageSchema = page(searchItemSchema).extend({
  mode: z.enum(['exact', 'ranked', 'all']),
  count: z.strictObject({ value: count, isExact: z.boolean() }).nullable().meta({ description: 'What is found on all pages; exact up to 1,000. Null unless asked for.' }),
  facets: z.strictObject({
    values: z.strictObject({ category: z.array(facetValue), supplier: z.array(facetValue), status: z.array(facetValue), price: z.array(facetValue) }).partial(), isExact: z.boolean(),
  }).nullable().meta({ description: 'How it is spread; null unless asked for.' }),
});
export const suggestionsSchema = z.strictObject({ items: z.array(z.strictObject({ text, kind: z.enum(['title', 'category']), count })) });

export const sameGoodsSchema = z.strictObject({
  items: z.array(z.strictObject({
    offerId: text, title: text, supplierId: textOrNull, supplierName: textOrNull, priceMinCny: moneyOrNull, priceMaxCny: moneyOrNull, score: z.number(), decision: z.enum(['same', 'different']).nullable(),
    pictures: z.array(z.strictObject({ sha256: text, otherSha256: text, distance: count, suppliers: count, weight: z.number() })),
  })),
});

export const markSchema = z.strictObject({ done: z.array(text), missing: z.array(text) });

export const explanationSchema = z.strictObject({
  offerId: text,
  fields: z.array(z.strictObject({
    field: text, value: z.unknown(), from: z.enum(['document', 'lock', 'caller', 'nothing']), since: time.nullable().meta({ description: 'Since when it is locked, or when a program wrote it.' }),
    document: z.strictObject({
      id: rowId, kind: z.enum(['list', 'detail', 'message']), profile: text, mapperVersion: count, syncRecordId: rowIdOrNull, input: textOrNull, observedAt: time, line: countOrNull, pointer: z.string(),
    }).nullable(),
    places: z.array(z.strictObject({ pointer: text.meta({ description: 'JSON pointer inside the document; of a table row / and the header.' }), raw: z.unknown().optional() })), documentSays: z.unknown(),
  })),
});
