import { z } from 'zod';
import { sourceIdSchema } from './identifier.ts';
import { countSchema, shortTextSchema, urlTextSchema } from './text.ts';

/** The keys under which sources know a supplier. `openId` differs for each app, `loginId` may be Chinese. */
export const supplierAliasKinds = ['memberId', 'loginId', 'userId', 'openId'] as const;

export const supplierAliasSchema = z.object({ kind: z.enum(supplierAliasKinds), value: z.string().min(1).max(128) });
export type SupplierAlias = z.infer<typeof supplierAliasSchema>;

export const supplierSchema = z.object({
  /** The strongest key the source gave: memberId, else userId, loginId, openId. */
  sourceId: sourceIdSchema,
  name: shortTextSchema.nullish(),
  companyName: shortTextSchema.nullish(),
  /** 经营模式: factory, trader, as the source words it. */
  supplierType: shortTextSchema.nullish(),
  province: shortTextSchema.nullish(),
  city: shortTextSchema.nullish(),
  url: urlTextSchema.nullish(),
  /** 0 to 5. */
  rating: z.number().min(0).max(5).nullish(),
  yearsActive: countSchema.nullish(),
  aliases: z.array(supplierAliasSchema).max(16).optional(),
});

/** 供应商: who sells. A field that is undefined was not told; null was told to be empty. */
export type Supplier = z.infer<typeof supplierSchema>;
