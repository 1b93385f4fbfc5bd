import { isSyncError, SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { sqlStateOf, transaction } from '@1688/db';
import { allChecks } from './all-checks.ts';
import { readCatalog } from './catalog.ts';
import type { Check } from './check.ts';
import { fixCap } from './fix-cap.ts';
import { withFixLock } from './fix-lock.ts';
import type { FixStep, PlannedAction, RowStep, StepContext } from './fix-step.ts';
import { copyTo } from './object-copy.ts';
import type { Plan } from './plan.ts';
import { changeRow } from './row-change.ts';
import { endRun, startRun, storeIdentity } from './run-record.ts';
import { advanceSequence } from './sequence-advance.ts';
import { openSession, steadyForm, type Session } from './session.ts';
import { heal } from './spare.ts';
import { readStoreState } from './store-state.ts';
import type { ConsistencyTarget } from './target.ts';
import { trashObject } from './trash.ts';

/** What became of one planned action. */
export interface AppliedAction {
  readonly finding: string;
  readonly action: string;
  readonly target: string;
  readonly done: boolean;
  /** Why it was left undone, or null. */
  readonly note: string | null;
}

export interface FixRun {
  /** A row of `consistency_runs`; `undoFixes` takes it. */
  readonly id: string;
  readonly actions: readonly AppliedAction[];
}

export interface ApplyOptions extends FlowOptions {
  /** Apply more than 100 things and 0.5 % of a table for one check. Default false. */
  readonly force?: boolean;
  /** The checks there are. Default `allChecks`. */
  readonly checks?: readonly Check[];
}

const batchRows = 500;

/**
 * Does what a plan lists. Each row is tested again in the statement that mends it, its image goes into the journal in the same
 * transaction, and objects are moved to the trash; what has changed since the plan is left alone and said. A run that was
 * killed is taken up by applying the plan again.
 * @throws FIX_GUARD when the picture store is wrong or silent, or the plan is above its limit · PLAN_STALE after a restore ·
 * LOCKED while another process mends, or a restore runs
 */
export async function applyFixes(target: ConsistencyTarget, plan: Plan, options: ApplyOptions = {}): Promise<FixRun> {
  const { force = false, checks = allChecks, signal } = options;
  return withFixLock(target, async (stillHeld) => {
    const session = openSession(target.db, target.schema, signal);
    const catalog = await readCatalog(session);
    const context: StepContext = { session, catalog, files: target.files, spares: target.spares ?? [], signal };
    await guardPlan(context, target, plan, checks, force);
    const runId = await startRun(session, 'fix', { planId: plan.id });
    const actions: AppliedAction[] = [];
    try {
      for (const batch of batches(plan.actions, checks)) {
        throwIfAborted(signal, 'The fix');
        await stillHeld();
        actions.push(...await applyBatch(context, target, batch, runId));
        options.onProgress?.({ done: actions.length, total: plan.actions.length, unit: 'actions' });
      }
    } catch (error) {
      await endRun(openSession(target.db, target.schema), runId, isSyncError(error) && error.code === 'ABORTED' ? 'interrupted' : 'failed', countsOf(actions)).catch(() => undefined); // the first failure is the one to tell
      throw error;
    }
    await endRun(session, runId, 'completed', countsOf(actions));
    await markFixed(session, plan, actions);
    return { id: runId, actions };
  });
}

async function guardPlan(context: StepContext, target: ConsistencyTarget, plan: Plan, checks: readonly Check[], force: boolean): Promise<void> {
  const { session, catalog } = context;
  const now = await storeIdentity(session);
  if (now.id !== plan.store.id || now.epoch !== plan.store.epoch) {
    throw new SyncError('PLAN_STALE', `Expected a plan for store ${now.id} in epoch ${now.epoch}, received one for ${plan.store.id} in epoch ${plan.store.epoch}.`, { hint: 'Check again and make a new plan.' });
  }
  const [held] = await session.rows<{ maintenance: string | null }>(session.sql('select maintenance from ?', [session.named('store')]));
  if (held?.maintenance) throw new SyncError('LOCKED', `The store is in maintenance: ${held.maintenance}.`, { hint: 'Wait until it is over, then try again.', retryable: true });
  const { state, reason } = await readStoreState(session, catalog, target.files);
  if (state === 'wrong' || state === 'unknown') throw new SyncError('FIX_GUARD', `Nothing is mended while the picture store cannot be trusted: ${reason}`, { hint: 'Mount the right store, then check again.' });
  for (const [id, own] of Map.groupBy(plan.actions, ({ check }) => check)) {
    const check = checks.find((each) => each.id === id);
    for (const action of own) stepOf(checks, action);
    const cap = await fixCap(session, check?.fix?.population ?? null);
    const things = new Set(own.map(({ thing }) => thing)).size;
    if (things > cap && !force) throw new SyncError('FIX_GUARD', `Expected at most ${cap} things to mend for "${id}", received ${things}.`, { hint: 'Look at the plan, then apply it with force.' });
  }
}

type Batch = readonly { readonly action: PlannedAction; readonly step: FixStep }[];

/** Rows go together, up to 500; an object or a sequence stands alone. The order of the plan is kept. */
function* batches(actions: readonly PlannedAction[], checks: readonly Check[]): Generator<Batch> {
  let rows: { action: PlannedAction; step: FixStep }[] = [];
  for (const action of actions) {
    const step = stepOf(checks, action);
    if (rows.length > 0 && (step.kind !== 'row' || rows.length >= batchRows)) {
      yield rows;
      rows = [];
    }
    if (step.kind === 'row') rows.push({ action, step });
    else yield [{ action, step }];
  }
  if (rows.length > 0) yield rows;
}

function stepOf(checks: readonly Check[], action: PlannedAction): FixStep {
  const step = checks.find(({ id }) => id === action.check)?.fix?.steps.find(({ name }) => name === action.action);
  if (!step) throw new SyncError('PLAN_STALE', `Expected a step "${action.action}" of check "${action.check}", which this version does not have.`, { hint: 'Make a new plan.' });
  return step;
}

async function applyBatch(context: StepContext, target: ConsistencyTarget, batch: Batch, runId: string): Promise<readonly AppliedAction[]> {
  const [first] = batch;
  if (first && first.step.kind === 'trash') return [told(first.action, await trashObject(context, target, first.step, first.action, runId))];
  if (first && first.step.kind === 'copy') return [told(first.action, await copyTo(context, target, first.step, first.action, runId))];
  if (first && first.step.kind === 'heal') return [told(first.action, await heal(context, first.action, runId))];
  const notes: (string | null)[] = [];
  for (const { action, step } of batch) notes.push(step.kind === 'row' && step.confirm ? await step.confirm(context, action) : null);
  return transaction(target.db, async (trx) => {
    const session = openSession(trx, target.schema, context.signal);
    await steadyForm(session);
    const applied: AppliedAction[] = [];
    for (const [index, { action, step }] of batch.entries()) {
      applied.push(told(action, notes[index] ?? await applyStep({ ...context, session }, step, action, runId)));
    }
    return applied;
  });
}

async function applyStep(context: StepContext, step: FixStep, action: PlannedAction, runId: string): Promise<string | null> {
  if (step.kind === 'sequence') return advanceSequence(context.session, action, runId);
  return step.kind === 'row' ? unlessConstrained(context, step, action, runId) : null;
}

/** A constraint that forbids the change, such as a row that refers to this one since the plan, leaves it undone and is said. */
async function unlessConstrained(context: StepContext, step: RowStep, action: PlannedAction, runId: string): Promise<string | null> {
  const { connection, schema, signal } = context.session;
  try {
    return await transaction(connection, (trx) => changeRow({ ...context, session: openSession(trx, schema, signal) }, step, action, runId));
  } catch (error) {
    if (sqlStateOf(error)?.startsWith('23')) return `a constraint forbids it: ${isSyncError(error) ? error.message : String(error)}`;
    throw error;
  }
}

function told({ finding, action, target }: PlannedAction, note: string | null): AppliedAction {
  return { finding, action, target, done: note === null, note };
}

function countsOf(actions: readonly AppliedAction[]): { done: number; skipped: number } {
  const done = actions.filter((each) => each.done).length;
  return { done, skipped: actions.length - done };
}

/** Findings of which the whole plan was done. The next check has the last word. */
async function markFixed(session: Session, { refused }: Plan, actions: readonly AppliedAction[]): Promise<void> {
  const open = new Set([...actions.filter(({ done }) => !done), ...refused].map(({ finding }) => finding));
  const fixed = [...new Set(actions.map(({ finding }) => finding))].filter((finding) => !open.has(finding));
  await session.rows(session.sql("update ? set state = 'fixed' where id = any(?::bigint[])", [session.named('consistency_findings'), fixed]));
}
