import { isSyncError, type ErrorCode } from '@1688/core';
import type { Check, CheckContext, Scan } from './check.ts';
import type { Fault, Judgement } from './finding.ts';
import { hashInKey } from './object-scan.ts';
import { inSnapshot } from './session.ts';
import { readStoreState } from './store-state.ts';
import type { ConsistencyTarget } from './target.ts';
import type { UnknownLedger } from './unknown-ledger.ts';

/** Takes each fault as it is met, with the context in which it was found. */
export type Sink = (check: Check, found: Fault, context: CheckContext) => Promise<void>;

const failuresInARow = 20;
/** The database is gone, or the caller or the sink wants an end: no check can go on. */
const fatal: ReadonlySet<ErrorCode> = new Set(['ABORTED', 'ARGUMENT_INVALID', 'INTERNAL', 'DB_UNAVAILABLE', 'DB_CONNECTION_LOST', 'DB_AUTH', 'DB_POOL_TIMEOUT']);

/**
 * Runs checks that share a scan, or one alone, and hands their faults to `sink`; what has no answer goes to the ledger.
 * @returns false when the store turned out to be wrong or silent meanwhile: the faults of these checks prove nothing
 */
export async function judgeAll(group: readonly Check[], context: CheckContext, target: ConsistencyTarget, ledger: UnknownLedger, sink: Sink): Promise<boolean> {
  const ofStore = group.filter(({ kind }) => kind === 'store');
  const { state, code, reason } = context.store;
  if (ofStore.length > 0 && state !== 'ready') {
    for (const { id } of ofStore) ledger.note(id, { id: '', code, reason }, null);
    return true;
  }
  let faults = 0;
  const counted: Sink = (check, found, where) => {
    faults += 1;
    return sink(check, found, where);
  };
  try {
    await runGroup(group, context, target, ledger, counted);
  } catch (error) {
    const failure = asUnknown(error, ofStore.length > 0);
    for (const { id } of group) ledger.note(id, { id: '', ...failure }, null);
  }
  return ofStore.length === 0 || faults === 0 || await isStillReady(context, ofStore, ledger);
}

async function runGroup(group: readonly Check[], context: CheckContext, target: ConsistencyTarget, ledger: UnknownLedger, sink: Sink): Promise<void> {
  const [first] = group;
  if (first?.scan) return judgeScan(first.scan, group, context, ledger, sink);
  for (const check of group) {
    if (check.kind === 'store') await drain(check, context, ledger, sink);
    else await inSnapshot(target.db, target.schema, context.signal, (session) => drain(check, { ...context, session }, ledger, sink));
  }
}

async function drain(check: Check, context: CheckContext, ledger: UnknownLedger, sink: Sink): Promise<void> {
  for await (const judgement of check.find(context)) {
    await take(check, judgement, context, ledger, sink);
    if (context.budget.isSpent()) return context.budget.end([check.id], null);
  }
}

async function judgeScan(scan: Scan<unknown>, group: readonly Check[], context: CheckContext, ledger: UnknownLedger, sink: Sink): Promise<void> {
  let failures = 0;
  for await (const item of scan.open(context)) {
    for (const check of group) {
      try {
        const judgement = await check.judge?.(context, item);
        failures = 0;
        if (judgement) await take(check, judgement, context, ledger, sink);
      } catch (error) {
        failures += 1;
        if (failures >= failuresInARow) throw error; // the store is down: asking for the rest would only wait
        ledger.note(check.id, { id: keyOf(item), ...asUnknown(error, true) });
      }
    }
    if (context.budget.isSpent()) return context.budget.end(group.map(({ id }) => id), hashInKey(keyOf(item)) ?? '');
  }
}

async function take(check: Check, judgement: Judgement, context: CheckContext, ledger: UnknownLedger, sink: Sink): Promise<void> {
  if (judgement.outcome === 'unknown') ledger.note(check.id, judgement);
  else await sink(check, judgement, context);
}

/** What had no answer and why; throws what ends the whole run. A backend may throw anything, our own code may not. */
function asUnknown(error: unknown, ofStore: boolean): { code: ErrorCode; reason: string } {
  if (isSyncError(error) && !fatal.has(error.code)) return { code: error.code, reason: error.message };
  if (isSyncError(error) || !ofStore) throw error;
  return { code: 'STORAGE_DRIVER', reason: `The storage backend threw something of its own: ${String(error)}` };
}

async function isStillReady(context: CheckContext, checks: readonly Check[], ledger: UnknownLedger): Promise<boolean> {
  const now = await readStoreState(context.session, context.catalog, context.files);
  if (now.state === 'ready') return true;
  for (const { id } of checks) ledger.note(id, { id: '', code: now.code, reason: now.reason }, null);
  return false;
}

function keyOf(item: unknown): string {
  const key = typeof item === 'object' && item !== null && 'key' in item ? item.key : '';
  return typeof key === 'string' ? key : '';
}
