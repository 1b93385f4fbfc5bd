export type { Connection, Database, DirectConnection, Transaction } from './connection.ts';
export {
  fieldsOfRow, normalValue, sameValue, storable,
  type Column, type ColumnType, type FieldGroup, type FieldValue, type FieldValues,
} from './columns.ts';
export { apiKeys, apiRoles, type ApiKey, type ApiRole } from './api-keys.ts';
export { idempotencyKeys, type IdempotencyState } from './idempotency-keys.ts';
export { jobRecords, jobStates, type Job, type JobFailure, type JobState, type ListJobsOptions } from './jobs.ts';
export { uploads, type Upload } from './uploads.ts';
export { changes, type ListChangesOptions, type NewChange } from './changes.ts';
export { openDatabase, type OpenDatabaseOptions } from './database.ts';
export { parseDatabaseAddress, sslModes, type DatabaseAddress, type SslMode } from './database-address.ts';
export { isDriverError, sqlStateOf, toSyncError } from './database-error.ts';
export { health, type DatabaseHealth } from './health.ts';
export type { CandidatePlace, ImageCandidate, ListCandidatesOptions } from './image-candidates.ts';
export { hasLivingClaimant, openImageClaimant, type ImageClaimant } from './image-claimant.ts';
export type { ClaimedImages, ClaimImagesOptions, ImageClaim } from './image-claims.ts';
export { imageCollection, type CollectableImage, type CollectOptions, type MarkedImages } from './image-collection.ts';
export { imageDecisions, type ImageDecision } from './image-decisions.ts';
export { imageSharing, type GoodsPicture, type SharedImage } from './image-sharing.ts';
export type { ClaimStaleOptions, StaleImage } from './image-refresh.ts';
export type { FetchedImage, ImageFailure, ImageOutcomes, SettledImages, SettleOptions } from './image-settle.ts';
export {
  adjustReferences, imageObjects,
  type ImageObject, type ImageObjectState, type ImageVariant, type ListImageObjectsOptions, type NewImageObject,
} from './image-objects.ts';
export { historyRows, type HistoryEntry, type HistoryRow } from './history-rows.ts';
export { lockKey } from './lock-key.ts';
export type { DelistingEvidence, FieldLock, FieldLocks, ListingState, ScanEvidence, StatusEvidence } from './listing-state.ts';
export { adviceKinds, maintenanceAdvice, type Advice, type AdviceKind, type MaintenanceFacts } from './maintenance-advice.ts';
export { indexStatistics, indexUsageSince, type IndexStatistics } from './maintenance-indexes.ts';
export { slowQueries, type SlowQuery } from './maintenance-queries.ts';
export { tableStatistics, type TableStatistics } from './maintenance-tables.ts';
export { maintain, maintenanceReport, type MaintainOptions, type MaintenanceReport, type TableWork } from './maintenance.ts';
export { checkSchema, type SchemaCheck, type SchemaDifference } from './migrate-check.ts';
export { migrate, migrateDown, migrationStatus, type MigrateOptions, type MigrateResult, type MigrationStatus } from './migrate.ts';
export { migrations } from './migration-list.ts';
export type { AppliedMigration } from './migration-table.ts';
export type { Migration } from './migration.ts';
export { productColumns, skuColumns, supplierColumns } from './model-columns.ts';
export { newMigration } from './new-migration.ts';
export { toldGroups, type ObservedGroup, type ToldParts } from './observed-groups.ts';
export { normalTiers, priceTiers } from './price-tiers.ts';
export { changedFields, liveImages } from './product-changes.ts';
export { firstAttemptAt, positionedImages, type PositionedImage } from './product-image-list.ts';
export { emptyState, mergeTelling, remarkedState, sameContent, type Telling } from './product-merge.ts';
export { productImages, type ImageCounts, type ListedImage, type ListProductImagesOptions, type StoredProductImage } from './product-images.ts';
export { preparedQuery } from './prepared-query.ts';
export type { StoredProduct } from './product-mapping.ts';
export { productOrders, type ProductFilter, type ProductOrder, type ProductPage, type ProductPageOptions } from './product-pages.ts';
export { productStates, type Queries } from './product-state-reader.ts';
export type { KindState, ProductImageState, ProductState, SkuState } from './product-state.ts';
export type { ProductInput } from './product-writes.ts';
export { products, type ListProductsOptions } from './products.ts';
export { quoteName } from './quote-name.ts';
export { claimScope, deadRuns, interruptDeadRuns, type ClaimScopeOptions, type ScopeClaim } from './scope-claim.ts';
export { skus, type StoredSku } from './skus.ts';
export { listedStatus, supersededValues, type HistoryField, type SupersededValue } from './superseded-values.ts';
export { groupsToJoin, joinSuppliers, suppliersToJoin } from './supplier-join.ts';
export { aliasStrength, emptySupplier, keyStrength, mergeSupplier, toSupplierState, type SupplierState, type SupplierTelling } from './supplier-state.ts';
export { suppliers, type ListSuppliersOptions, type StoredSupplier } from './suppliers.ts';
export type { ImageSummary, SupplierSummary } from './summaries.ts';
export type { SyncAttempt } from './sync-attempts.ts';
export { syncFigures, type SyncFigures } from './sync-figures.ts';
export { syncRecords, type ListSyncRecordsOptions, type NewSyncRecord, type StoredSyncRecord, type SyncProgress, type SyncRecordsOptions } from './sync-records.ts';
export { cleanUpReplayedRejects, cleanUpSyncRecords, type CleanUpOptions } from './sync-retention.ts';
export { syncRejects, type ListSyncRejectsOptions, type NewSyncReject, type SyncReject } from './sync-rejects.ts';
export { commonTimes, decodeToldTimes, encodeToldTimes, imageRoleMark, imageRoleSlot, isStale, markOf, neverTold, productSlot, productTimesWith, sameTimes, skuListMark, skuSlot, slots, supplierSlot, withMark, type Teller, type ToldTimes } from './told-times.ts';
export { atomically, transaction, withClient, type TransactionOptions } from './transaction.ts';
