export { allChecks } from './all-checks.ts';
export { applyFixes, type AppliedAction, type ApplyOptions, type FixRun } from './apply.ts';
export type { Budget, BudgetLimits } from './budget.ts';
export type { Catalog, CatalogColumn, CatalogKey, CatalogReference, CatalogSequence, CatalogTable } from './catalog.ts';
export { defineCheck, type Check, type CheckContext, type CheckDefinition, type Fix, type Scan } from './check.ts';
export { check, type CheckOptions } from './check-run.ts';
export {
  fault, severities, unjudged,
  type Evidence, type Fault, type Finding, type Judgement, type Report, type Severity, type Unjudged, type Unknown,
} from './finding.ts';
export {
  objectTarget, rowTarget,
  type ActionTarget, type Confirm, type CopyStep, type HealStep, type FixStep, type PlannedAction, type RowStep, type SequenceStep, type StepContext, type TrashStep,
} from './fix-step.ts';
export { purgeTrash, type PurgedTrash, type PurgeTrashOptions } from './purge-trash.ts';
export { reportHtml, type ReportLanguage } from './report-html.ts';
export { objectScan, type ObjectPair, type ObjectRow } from './object-scan.ts';
export { pictureChecks, type DecodePicture, type PictureFacts } from './picture-checks.ts';
export { findPlan, planFixes, type Plan, type PlanOptions, type Refusal } from './plan.ts';
export type { StoreIdentity } from './run-record.ts';
export type { Session, Sql } from './session.ts';
export type { SpareStore } from './spare.ts';
export { staleVariantCheck } from './stale-variant.ts';
export type { StoreState } from './store-state.ts';
export type { ConsistencyTarget } from './target.ts';
export { undoFixes, type UndoRun, type UndoneAction } from './undo.ts';
