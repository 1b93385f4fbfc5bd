export { changeKinds, type Change, type ChangeKind } from './change.ts';
export { errorCodes, isSyncError, SyncError, throwIfAborted, type ErrorCode, type SyncErrorOptions } from './error.ts';
export { errorCodesZhCn } from './error-zh-cn.ts';
export { foldText } from './fold-text.ts';
export { isRuinedId, sourceIdSchema } from './identifier.ts';
export { absoluteImageUrl, canonicalImageUrl, sellerIdInImageUrl } from './image-url.ts';
export { aspectRatio, isAvailable, priceRangeText } from './model-rules.ts';
export { compareMoney, moneySchema, moneyUnits, normalizeMoney } from './money.ts';
export type { FlowOptions, Outcome, Progress } from './outcome.ts';
export { parseWith, shown } from './parse.ts';
export { priceTierSchema, tierPriceCny, type PriceTier } from './price-tier.ts';
export { imageRoles, imageStates, productImageSchema, type ImageRole, type ImageState, type ProductImage } from './product-image.ts';
export { recordKinds, type ProductRecord, type RecordKind, type RecordPosition, type RejectedRecord } from './product-record.ts';
export { parseProduct, parseProductUpdate, pricingModes, productSchema, productUpdateSchema, unitPrice, type PricingMode, type Product, type ProductUpdate } from './product.ts';
export { isSoundProduct } from './sound-product.ts';
export { attributeSchema, skuSchema, type Attribute, type Sku } from './sku.ts';
export { supplierAliasKinds, supplierAliasSchema, supplierSchema, type Supplier, type SupplierAlias } from './supplier.ts';
export {
  productSyncStatuses, recordsPerSecond, successRate, syncKinds, syncStatuses,
  type ProductSyncStatus, type SyncCounts, type SyncKind, type SyncRecord, type SyncStatus,
} from './sync-record.ts';
export { storableText } from './text.ts';
export { simplifiedCharacters, traditionalCharacters } from './traditional-characters.ts';
