export { createBackup, type BackupResult, type CreateBackupOptions } from './create-backup.ts';
export type { Damage } from './damage.ts';
export type { TableDifference } from './differences.ts';
export { listBackups, showBackup, type BackupDetails, type BackupSummary } from './list-backups.ts';
export { formatVersion, type Manifest, type MissingFile } from './manifest.ts';
export { pruneBackups, type PruneBackupsOptions, type PruneResult } from './prune-backups.ts';
export type { BackupChoice } from './repository.ts';
export {
  dropRestore, findRestorePlan, listRestorePlans, planRestore,
  type PlanRestoreOptions, type RestoreFacts, type RestorePlan, type RestoreState,
} from './restore-plan.ts';
export { applyRestore, undoRestore } from './restore-switch.ts';
export type { BackupTarget, FileReference, FileReferences } from './target.ts';
export { verifyBackup, type VerifyBackupOptions, type VerifyLevel, type VerifyResult } from './verify-backup.ts';
