export { defineConfig, describeConfig, describeVariables, envExample, variableNames, type Config, type ConfigFile, type ConfigWarning, type DescribedVariable, type Origin, type VariableName } from './config.ts';
export type { ApiKey, ApiRole, Job, JobFailure, JobState, Upload } from '@1688/db';
export { eraseStore } from './erase-store.ts';
export { picturesOf } from './flows/product-pictures.ts';
export { backupHealth, changeBackupKeys, createBackup, listBackups, makeBackupKey, pruneBackups, showBackup, verifyBackup, type CreateOptions as CreateBackupOptions, type PruneOptions as PruneBackupsOptions } from './flows/backup.ts';
export { compareBackup, getRestore, listRestores, restoreBackup, restoreRowsOf, switchBackup, undoBackup, type RestoredRowsResult, type RestoreResult, type RestoreRowsChoice, type SafetyOptions, type SwitchResult } from './flows/restore.ts';
export { check, fix, listChecks, undoFix, type CheckStoreOptions, type FixResult, type ListedCheck } from './flows/consistency.ts';
export { defineCheck, fault, objectTarget, reportHtml, rowTarget, unjudged, type Check, type Report } from '@1688/consistency';
export { doctor, type DoctorItem } from './flows/doctor.ts';
export { exportEntities, type ExportEntity } from '@1688/catalog';
export { exportLines, exportToFile, needsOutputFile, type ExportOptions } from './flows/export.ts';
export { exportImages, imageLayouts, type ExportImagesOptions, type ExportImagesResult, type ImageLayout } from './flows/export-images.ts';
export { findDuplicates, type DuplicateGroup, type FindDuplicatesOptions } from './flows/image-dupes.ts';
export { imageDetails } from './flows/image-details.ts';
export { imageUrl, imageUrlOf, isValidHmacUrl, signedForAliyun, signedWithHmac, type ImageUrlOptions } from './flows/image-url.ts';
export {
  getImage, imageKinds, imageShapes, keyOf, listImages, verifyImages,
  type ImageKind, type ImageShape, type ListedImage, type ListImagesOptions, type VerifyImagesResult,
} from './flows/images.ts';
export { collectImages, type CollectImagesOptions, type CollectImagesResult } from './flows/images-gc.ts';
export { makeMissingVariants, type MakeVariantsOptions, type MakeVariantsResult } from './flows/make-variants.ts';
export { refreshImages, type RefreshImagesOptions } from './flows/refresh-images.ts';
export { decideSameGoods, findSameGoods, type FindSameGoodsOptions, type SameGoods } from './flows/same-goods.ts';
export { lockProduct, unlockProduct, type LockResult } from './flows/field-locks.ts';
export { columnTargets } from '@1688/sources';
export { importFile, importFiles, type ImportFileOptions, type ReadOptions } from './flows/import.ts';
export { maintainStore, type MaintainStoreOptions, type MaintainStoreResult } from './flows/maintain.ts';
export { checkStoreSchema, migrateStore, newMigrationFile, wrongChoice } from './flows/migrate.ts';
export { previewFiles, type FilePreview, type PreviewOptions, type PreviewRecord } from './flows/preview.ts';
export { lowestPrice, productAsOf, productSeries, productsAsOf, supplierTrends } from './flows/history.ts';
export type { LowestPrice, ProductAsOf, SupplierTrend } from '@1688/catalog';
export { getProduct, getSupplier, listProducts, listSuppliers, productHistory, removeProducts, restoreProducts, sameText, search, suggest, supplierDetails, type ListOptions, type ListPage, type MarkResult } from './flows/products.ts';
export { moveStorage, type MoveStorageOptions, type MoveStorageResult } from './flows/move-storage.ts';
export { pullImages, type PullImagesOptions, type PullResult } from './flows/pull-images.ts';
export { stats, type Stats } from './flows/stats.ts';
export { checkStorage, storageStats, type PlaceStats, type StorageCheckResult } from './flows/storage.ts';
export { exportRejects, type RejectsFile } from './flows/rejects-export.ts';
export { listRejects, replayRejects, type ListRejectsOptions, type RejectFilter, type ReplayOptions, type ReplayResult } from './flows/rejects.ts';
export { explainProduct, type ExplainFieldOptions } from './flows/explain.ts';
export { diffRun, revertSync, type DiffRunOptions, type RunDifference } from './flows/run-changes.ts';
export { checkRebuild, remapProducts, type CheckRebuildFlowOptions, type RemapStoreOptions } from './flows/vault.ts';
export { cancelSync, getSyncRecord, listChanges, listSyncRecords, newestChanges, type ChangePage, type ListRunsOptions, type SyncRun } from './flows/sync-records.ts';
export { addApiKey, apiClientOf, configuredKeys, hasApiKeys, listApiKeys, removeApiKey, type ApiClient } from './flows/api-keys.ts';
export {
  consistencyKinds, getConsistencyRun, getPlan, listConsistencyRuns, listFindings,
  type ConsistencyKind, type ConsistencyRun, type ListedFinding,
} from './flows/consistency-runs.ts';
export {
  getUpload, importUpload, previewUpload, removeExpiredUploads, removeUpload, saveUpload,
  type ImportUploadOptions, type SaveUploadOptions,
} from './flows/uploads.ts';
export { followChanges, type FollowChangesOptions } from './flows/follow-changes.ts';
export { addWatch, followWatches, listWatches, muteWatch, openWatches, redriveWatch, removeWatch, runWatches, testWatch, type WatchOptions } from './flows/watches.ts';
export { defineWatch, sinkSchema, watchFilterSchema, type ListedWatch, type WatchInput, type WatchRun } from '@1688/watch';
export { gauges } from './flows/gauges.ts';
export { claimIdempotencyKey, type IdempotencyClaim, type IdempotentRequest } from './flows/idempotency.ts';
export { listProductSummaries, productSummariesJson, type ListSummariesOptions, type ProductSummary } from './flows/product-cards.ts';
export { readiness, unreadyReasons, type ReadinessOptions, type UnreadyReason } from './flows/readiness.ts';
export { writeRejectsWorkbook, type RejectsWorkbookOptions } from './flows/rejects-workbook.ts';
export { getJob, openJobs, type JobQueue, type OpenJobsOptions } from './jobs/job-queue.ts';
export { jobDefinitions, jobKinds, type JobInput, type JobKind } from './jobs/job-kinds.ts';
export { hasEnded, listJobs, watchJob, type ListJobsOptions, type WatchJobOptions } from './jobs.ts';
export { keepMemorySmall } from './keep-memory-small.ts';
export { loadConfig, type LoadConfigOptions } from './load-config.ts';
export { openMirror, type Mirror, type OpenMirrorOptions } from './open-mirror.ts';
