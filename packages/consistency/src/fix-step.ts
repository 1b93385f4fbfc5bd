import type { StorageBackend } from '@1688/storage';
import type { Catalog } from './catalog.ts';
import type { SpareStore } from './spare.ts';
import type { Session, Sql } from './session.ts';

/** What a step acts on. */
export interface ActionTarget {
  /** Name of the step of the check's fix. */
  readonly action: string;
  /** `products/12`, or the key of an object, or the name of a sequence. */
  readonly target: string;
  /** Table of the row, '' when it is no row. */
  readonly table: string;
  /** Primary key of the row, column → value as text. */
  readonly key: Readonly<Record<string, string>>;
  /** What the step needs to know again when it is applied. */
  readonly facts: Readonly<Record<string, string>>;
}

/** One thing that a plan would do, complete in itself and plain JSON. */
export interface PlannedAction extends ActionTarget {
  /** Id of the finding. */
  readonly finding: string;
  readonly check: string;
  /** What it mends; several actions may mend one thing. */
  readonly thing: string;
  /** What stands there now: of a row the columns that would change, or the whole row that would go. */
  readonly before: Readonly<Record<string, unknown>>;
}

export interface StepContext {
  readonly session: Session;
  readonly catalog: Catalog;
  readonly files: StorageBackend;
  readonly spares: readonly SpareStore[];
  readonly signal: AbortSignal | undefined;
}

/** Looks at what SQL cannot see, right before the step; a text says why it is left undone. */
export type Confirm = (context: StepContext, action: ActionTarget) => Promise<string | null>;

/** Changes or deletes one row, which its SQL calls `t`. */
export interface RowStep {
  readonly kind: 'row';
  readonly name: string;
  /** New values by column, or null when the row is deleted. */
  values(context: StepContext, action: ActionTarget): Readonly<Record<string, Sql>> | null;
  /** True while the fault is still there; part of the statement that mends it. */
  stillBroken(context: StepContext, action: ActionTarget): Sql;
  readonly confirm?: Confirm;
}

/** Moves one object of the store, named by `target`, to the trash. */
export interface TrashStep {
  readonly kind: 'trash';
  readonly name: string;
  /** True while the object may go; asked before the copy and again before the original is deleted. */
  stillBroken(context: StepContext, action: ActionTarget): Sql;
  readonly confirm?: Confirm;
}

/** Moves a sequence forward to the highest value of its column. */
export interface SequenceStep {
  readonly kind: 'sequence';
  readonly name: string;
}

/** Copies one object of the store, named by `target`, to the key in `facts.to`, if its SHA-256 is `facts.sha256`; the original stays. */
export interface CopyStep {
  readonly kind: 'copy';
  readonly name: string;
  /** True while the copy is wanted. */
  stillBroken(context: StepContext, action: ActionTarget): Sql;
}

/** Puts an object, named by `target`, back from the spare store in `facts.spare`, if its SHA-256 is `facts.sha256`. */
export interface HealStep {
  readonly kind: 'heal';
  readonly name: string;
}

export type FixStep = RowStep | TrashStep | CopyStep | HealStep | SequenceStep;

export function rowTarget(action: string, table: string, key: Readonly<Record<string, string>>, facts: Readonly<Record<string, string>> = {}): ActionTarget {
  return { action, target: `${table}/${rowId(key)}`, table, key, facts };
}

export function objectTarget(action: string, key: string, facts: Readonly<Record<string, string>> = {}): ActionTarget {
  return { action, target: key, table: '', key: {}, facts };
}

/** A primary key as one text: its values joined by slashes. */
export function rowId(key: Readonly<Record<string, string>>): string {
  return Object.values(key).join('/');
}
