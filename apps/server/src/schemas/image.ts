import { z } from 'zod';
import { count, countOrNull, page, rowId, text, textOrNull, time, timeOrNull } from './common.ts';

export const listedImageSchema = z.strictObject({
  offerId: text, role: text, position: count, url: text, state: text, sha256: textOrNull, attempts: count, errorCode: textOrNull, nextAttemptAt: timeOrNull,
  format: textOrNull, widthPx: countOrNull, heightPx: countOrNull, shape: textOrNull, kind: textOrNull,
});
export const imagePageSchema = page(listedImageSchema.extend({ id: rowId }));

const variant = z.strictObject({ recipe: text, recipeHash: text, key: text, sha256: text, sizeBytes: count, widthPx: count, heightPx: count, format: text });
export const imageSchema = z.strictObject({
  sha256: text, key: text, sizeBytes: count, widthPx: count, heightPx: count, format: text, perceptualHash: textOrNull, dominantColour: textOrNull, frames: countOrNull,
  thumbhash: textOrNull.meta({ description: 'Base64.' }), trailingBytes: countOrNull, hasGps: z.boolean().nullable(), referenceCount: count, state: text, unreferencedAt: timeOrNull, createdAt: time, variants: z.array(variant),
  url: text.meta({ description: 'Where its bytes are served; through the CDN where one is configured.' }), offerIds: z.array(text),
});

export const duplicatesSchema = z.strictObject({
  items: z.array(z.strictObject({
    images: z.array(z.looseObject({ sha256: text, sizeBytes: count, widthPx: count, heightPx: count, format: text, products: count, suppliers: count, offerIds: z.array(text) })), products: count, suppliers: count, distance: count,
  })),
});
