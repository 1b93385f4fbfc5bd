import { SyncError, type ErrorCode } from '@1688/core';
import type { Check, CheckContext } from './check.ts';
import type { Fault, Finding } from './finding.ts';
import { fixCap, mostActions } from './fix-cap.ts';
import type { ActionTarget, PlannedAction } from './fix-step.ts';
import type { Sink } from './judge-all.ts';
import type { Plan, Refusal } from './plan.ts';
import { imageBefore } from './row-change.ts';
import { seenForMs } from './sightings.ts';

/** A plan in the making. */
export interface Draft {
  readonly add: Sink;
  /** Everything of this check is left as it is. */
  refuse(check: string, code: ErrorCode, reason: string, count: number): void;
  /** @param distrusted checks whose faults prove nothing */
  content(distrusted: ReadonlySet<string>): Pick<Plan, 'actions' | 'refused'>;
}

/** How much one check would mend, and may. */
interface Share {
  readonly cap: number;
  readonly count: number;
}

/**
 * Gathers the actions for these findings. Of one row and step only the last counts, so that a recount comes after all that it
 * counts; a check above its cap is left out as a whole.
 */
export function openDraft(findings: readonly Finding[], { force, graceMs }: { readonly force: boolean; readonly graceMs: number }): Draft {
  const actions = new Map<string, PlannedAction>();
  const refused = new Map<string, Refusal>();
  const shares = new Map<string, Share>();

  const refuse = (finding: string, check: string, code: ErrorCode, reason: string, count: number): void => {
    const place = `${finding} ${code} ${reason}`;
    refused.set(place, { finding, check, code, reason, count: (refused.get(place)?.count ?? 0) + count });
  };

  async function add(check: Check, found: Fault, context: CheckContext): Promise<void> {
    const finding = findings.find((each) => each.check === check.id && each.evidence.entity === found.entity)?.id;
    // What is new since the report waits for the next one; what has no fix is told by its finding.
    if (finding === undefined || !found.fixable || !check.fix) return;
    if (check.fix.takesAway === true && !(await wasSeenBefore(context, check.id, found.id, graceMs))) {
      return refuse(finding, check.id, 'FIX_EARLY', `seen only just now; a plan takes it when a check saw it ${Math.ceil(graceMs / 60_000)} minutes ago or earlier`, 1);
    }
    const { cap, count } = shares.get(check.id) ?? { cap: await fixCap(context.session, check.fix.population), count: 0 };
    shares.set(check.id, { cap, count: count + 1 });
    if (count >= cap && !force) return;
    if (actions.size >= mostActions) return refuse(finding, check.id, 'REFUSED', `a plan holds ${mostActions} actions; plan again after this one was applied`, 1);
    const mendable = await check.fix.plan(context, found);
    if (mendable.length === 0) refuse(finding, check.id, 'REFUSED', 'only a person can decide what is right', 1);
    for (const each of mendable) await put(actions, { check, finding, thing: `${found.entity} ${found.id}` }, each, context);
  }

  return {
    add,
    refuse(check, code, reason, count) {
      for (const { id } of findings.filter((each) => each.check === check)) refuse(id, check, code, reason, count);
    },
    content(distrusted) {
      const over = force ? [] : [...shares].filter(([, { cap, count }]) => count > cap);
      for (const [check, { cap, count }] of over) {
        for (const { id } of findings.filter((each) => each.check === check)) {
          refuse(id, check, 'FIX_GUARD', `${count} things are more than the limit of ${cap} for one check; look at them, then plan with force`, count);
        }
      }
      const dropped = new Set([...distrusted, ...over.map(([check]) => check)]);
      return { actions: [...actions.values()].filter(({ check }) => !dropped.has(check)), refused: [...refused.values()] };
    },
  };
}

/** The look of this plan is the second one. */
async function wasSeenBefore({ session }: CheckContext, check: string, thing: string, graceMs: number): Promise<boolean> {
  const ms = await seenForMs(session, check, thing);
  return ms !== null && ms >= graceMs;
}

async function put(actions: Map<string, PlannedAction>, { check, finding, thing }: { check: Check; finding: string; thing: string }, action: ActionTarget, context: CheckContext): Promise<void> {
  const step = check.fix?.steps.find(({ name }) => name === action.action);
  if (!step) throw new SyncError('INTERNAL', `Expected the fix of "${check.id}" to have a step "${action.action}", found none.`);
  const before = step.kind === 'row' ? await imageBefore(context, step, action) : { ...action.facts };
  if (!before) return; // gone since it was found
  const place = `${action.action} ${action.target}`;
  actions.delete(place);
  actions.set(place, { ...action, finding, check: check.id, thing, before });
}
