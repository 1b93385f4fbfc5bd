import { z } from 'zod';
import { count, countOrNull, moneyOrNull, page, rowId, text, textOrNull, time, timeOrNull } from './common.ts';

export const supplierSchema = z.strictObject({
  id: rowId, sourceId: text, name: textOrNull, companyName: textOrNull, supplierType: textOrNull, province: textOrNull, city: textOrNull, url: textOrNull, rating: z.number().nullable(), yearsActive: countOrNull,
  aliases: z.array(z.strictObject({ kind: text, value: text })), createdAt: time, updatedAt: time, deletedAt: timeOrNull,
});
export const supplierPageSchema = page(supplierSchema);

export const supplierDetailSchema = supplierSchema.extend({
  summary: z.strictObject({
    sourceId: text, name: textOrNull, products: count, delisted: count, price: z.strictObject({ min: moneyOrNull, max: moneyOrNull, average: moneyOrNull }), soldQuantity: count, averageRating: z.number().nullable(),
    images: count, lastSyncedAt: timeOrNull,
  }),
});

const share = z.number().nullable();
export const supplierTrendsSchema = z.strictObject({
  periods: z.array(z.strictObject({
    name: text.meta({ description: 'The day on which it begins in China.' }), from: time, to: time, products: count, newProducts: count, delisted: count, relisted: count,
    priceDrift: share.meta({ description: 'Mean change of the lowest price: 0.05 is 5 % dearer.' }), stockOutShare: share,
  })),
});
