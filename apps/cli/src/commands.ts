import type { Command } from './command.ts';
import { backupCompare } from './commands/backup-compare.ts';
import { backupCreate } from './commands/backup-create.ts';
import { backupHealth } from './commands/backup-health.ts';
import { backupKey, backupRekey } from './commands/backup-key.ts';
import { backupList } from './commands/backup-list.ts';
import { backupPrune } from './commands/backup-prune.ts';
import { backupRestore } from './commands/backup-restore.ts';
import { backupShow } from './commands/backup-show.ts';
import { backupSwitch } from './commands/backup-switch.ts';
import { backupUndo } from './commands/backup-undo.ts';
import { backupVerify } from './commands/backup-verify.ts';
import { changesCommand } from './commands/changes.ts';
import { checkCommand } from './commands/check.ts';
import { completionCommand } from './commands/completion.ts';
import { configCommand } from './commands/config.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { fixCommand } from './commands/fix.ts';
import { fixUndo } from './commands/fix-undo.ts';
import { imagesDupes } from './commands/images-dupes.ts';
import { imagesExport } from './commands/images-export.ts';
import { imagesGc } from './commands/images-gc.ts';
import { imagesGet } from './commands/images-get.ts';
import { imagesList } from './commands/images-list.ts';
import { imagesPull } from './commands/images-pull.ts';
import { imagesUrl } from './commands/images-url.ts';
import { imagesVariants } from './commands/images-variants.ts';
import { imagesVerify } from './commands/images-verify.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { maintainCommand } from './commands/maintain.ts';
import { migrateCommand } from './commands/migrate.ts';
import { productGet } from './commands/product-get.ts';
import { productExplain } from './commands/product-explain.ts';
import { productHistory } from './commands/product-history.ts';
import { productList } from './commands/product-list.ts';
import { productLock } from './commands/product-lock.ts';
import { productRemove } from './commands/product-remove.ts';
import { productRestore } from './commands/product-restore.ts';
import { productUnlock } from './commands/product-unlock.ts';
import { rejectsExport } from './commands/rejects-export.ts';
import { rejectsList } from './commands/rejects-list.ts';
import { rejectsReplay } from './commands/rejects-replay.ts';
import { sameCommand } from './commands/same.ts';
import { searchCommand } from './commands/search.ts';
import { suggestCommand } from './commands/suggest.ts';
import { serveCommand } from './commands/serve.ts';
import { serveKeysAdd } from './commands/serve-keys-add.ts';
import { serveKeysList } from './commands/serve-keys-list.ts';
import { serveKeysRemove } from './commands/serve-keys-remove.ts';
import { statsCommand } from './commands/stats.ts';
import { storageCheck } from './commands/storage-check.ts';
import { storageMove } from './commands/storage-move.ts';
import { storageStats } from './commands/storage-stats.ts';
import { supplierGet } from './commands/supplier-get.ts';
import { supplierHistory } from './commands/supplier-history.ts';
import { supplierList } from './commands/supplier-list.ts';
import { rebuildCommand } from './commands/rebuild.ts';
import { remapCommand } from './commands/remap.ts';
import { syncCancel } from './commands/sync-cancel.ts';
import { syncDiff } from './commands/sync-diff.ts';
import { syncList } from './commands/sync-list.ts';
import { syncRevert } from './commands/sync-revert.ts';
import { syncShow } from './commands/sync-show.ts';
import { versionCommand } from './commands/version.ts';
import { watchAdd } from './commands/watch-add.ts';
import { watchMute, watchRedrive, watchRemove } from './commands/watch-change.ts';
import { watchList } from './commands/watch-list.ts';
import { watchRun, watchTest } from './commands/watch-run.ts';
import { workerCommand } from './commands/worker.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  demoCommand,
  initCommand,
  doctorCommand,
  configCommand,
  migrateCommand,
  versionCommand,
  completionCommand,
  importCommand,
  searchCommand,
  suggestCommand,
  productGet,
  productHistory,
  productExplain,
  productList,
  productRemove,
  productRestore,
  productLock,
  productUnlock,
  supplierGet,
  supplierHistory,
  supplierList,
  sameCommand,
  changesCommand,
  watchAdd,
  watchList,
  watchTest,
  watchRun,
  watchMute,
  watchRedrive,
  watchRemove,
  exportCommand,
  rejectsList,
  rejectsReplay,
  rejectsExport,
  syncList,
  syncShow,
  syncCancel,
  syncDiff,
  syncRevert,
  remapCommand,
  rebuildCommand,
  statsCommand,
  imagesPull,
  imagesList,
  imagesGet,
  imagesUrl,
  imagesVariants,
  imagesDupes,
  imagesExport,
  imagesGc,
  imagesVerify,
  storageCheck,
  storageMove,
  storageStats,
  backupCreate,
  backupHealth,
  backupList,
  backupShow,
  backupVerify,
  backupRestore,
  backupCompare,
  backupSwitch,
  backupUndo,
  backupPrune,
  backupKey,
  backupRekey,
  checkCommand,
  fixCommand,
  fixUndo,
  serveCommand,
  serveKeysAdd,
  serveKeysList,
  serveKeysRemove,
  workerCommand,
  maintainCommand,
] as readonly unknown[] as readonly Command[];
