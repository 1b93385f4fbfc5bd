export { createBackup, type BackupResult, type CreateBackupOptions } from './create-backup.ts';
export { backupHealth, type BackupHealth, type BackupHealthOptions, type LastTime } from './backup-health.ts';
export type { Damage } from './damage.ts';
export type { DrillFacts } from './drill.ts';
export type { RowDifference, TableDifference } from './differences.ts';
export { listBackups, showBackup, type BackupDetails, type BackupSummary } from './list-backups.ts';
export { formatVersion, type BackupPart, type Manifest, type MissingFile } from './manifest.ts';
export { pruneBackups, type PruneBackupsOptions, type PruneResult } from './prune-backups.ts';
export { retained, type RetainedBackup, type RetentionOptions, type RetentionPolicy } from './retention.ts';
export type { BackupChoice } from './repository.ts';
export {
  compareRestore, dropRestore, findRestorePlan, listRestorePlans, planRestore,
  type PlanRestoreOptions, type RestoreFacts, type RestorePlan, type RestoreState,
} from './restore-plan.ts';
export { restoreRows, type RestoredRows, type RestoredTable, type RestoreRowsMode, type RestoreRowsOptions } from './restore-rows.ts';
export { applyRestore, undoRestore } from './restore-switch.ts';
export type { RowSelection } from './row-selection.ts';
export type { BackupTarget, FileReference, FileReferences } from './target.ts';
export { changeKeys, newBackupKey, withEncryption, type EncryptedRepository, type EncryptionFacts, type EncryptionOptions } from './with-encryption.ts';
export { verifyBackup, type VerifyBackupOptions, type VerifyLevel, type VerifyResult } from './verify-backup.ts';
