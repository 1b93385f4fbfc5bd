import type { ActionTarget, PlannedAction } from './fix-step.ts';
import type { Session } from './session.ts';

/**
 * Moves a sequence to the highest number of its column and notes it in the journal, in one statement. A sequence is never moved
 * back: numbers it gave out in the meantime may be in use.
 * @returns null when done, else why not
 */
export async function advanceSequence(session: Session, action: PlannedAction, runId: string): Promise<string | null> {
  const { table, column } = partsOf(action);
  const done = await session.rows(session.sql(
    `with was as materialized (
       select s.last_value, h.highest from ? as s, (select max(?) as highest from ? as t) as h
       where h.highest >= case when s.is_called then s.last_value + 1 else s.last_value end
     ), moved as (
       select last_value, setval(?::regclass, highest) as highest from was
     )
     insert into ? (run_id, finding_id, action, target, before, after, done_at)
     select ?::bigint, ?::bigint, ?, ?, jsonb_build_object('last', last_value), jsonb_build_object('last', highest), clock_timestamp() from moved
     returning id`,
    [
      session.named(action.target), session.column(column), session.named(table), session.quoted(action.target),
      session.named('consistency_actions'), runId, action.finding, action.action, action.target,
    ],
  ));
  return done.length > 0 ? null : 'the sequence is not behind any more';
}

function partsOf({ facts }: ActionTarget): { table: string; column: string } {
  return { table: facts['table'] ?? '', column: facts['column'] ?? '' };
}
