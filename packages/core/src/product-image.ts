import { z } from 'zod';
import { urlTextSchema } from './text.ts';

export const imageRoles = ['main', 'gallery', 'sku', 'description'] as const;
export type ImageRole = (typeof imageRoles)[number];

/** Download state of a picture: waiting, stored, failed for now, or given up (`gone`). */
export const imageStates = ['pending', 'stored', 'failed', 'gone'] as const;
export type ImageState = (typeof imageStates)[number];

export const productImageSchema = z.object({
  /** As the source wrote it, made absolute. */
  url: urlTextSchema.min(1),
  role: z.enum(imageRoles),
});

/** 商品图片: one picture of a product. Order within a role is the order in the list. */
export type ProductImage = z.infer<typeof productImageSchema>;
