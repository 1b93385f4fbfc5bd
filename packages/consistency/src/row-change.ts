import type { ActionTarget, PlannedAction, RowStep, StepContext } from './fix-step.ts';
import { isRow } from './row-key.ts';
import { joined, type Session, type Sql } from './session.ts';

/**
 * Changes or deletes one row and writes its image before and after into the journal, in one statement: the row must still be
 * broken and must stand as the plan saw it.
 * @returns null when done, else why nothing was changed
 */
export async function changeRow(context: StepContext, step: RowStep, action: PlannedAction, runId: string): Promise<string | null> {
  const { session } = context;
  const table = session.named(action.table);
  const values = step.values(context, action);
  const condition = joined(session, [isRow(session, action.key), standsAsPlanned(session, action, values), step.stillBroken(context, action)], ') and (');
  const mutation = values ? update(session, table, values, action) : session.sql('delete from ? as t using was where ? returning to_jsonb(was) as before, null::jsonb as after', [table, sameRow(session, action)]);
  const done = await session.rows(session.sql(
    `with was as materialized (select t.* from ? as t where (?) for update of t),
          changed as (?)
     insert into ? (run_id, finding_id, action, target, before, after, done_at)
     select ?::bigint, ?::bigint, ?, ?, before, after, clock_timestamp() from changed returning id`,
    [table, condition, mutation, session.named('consistency_actions'), runId, action.finding, action.action, action.target],
  ));
  return done.length > 0 ? null : await whyNot(session, action);
}

/** What a plan shows of a row: the columns that would change, or the whole row that would go. */
export async function imageBefore(context: StepContext, step: RowStep, action: ActionTarget): Promise<Readonly<Record<string, unknown>> | null> {
  const { session } = context;
  const [row] = await session.rows<{ image: Record<string, unknown> }>(session.sql('select to_jsonb(t) as image from ? as t where ?', [session.named(action.table), isRow(session, action.key)]));
  const values = step.values(context, action);
  if (!row || !values) return row?.image ?? null;
  return Object.fromEntries(Object.keys(values).map((column) => [column, row.image[column] ?? null]));
}

function update(session: Session, table: Sql, values: Readonly<Record<string, Sql>>, action: ActionTarget): Sql {
  const set = Object.entries(values).map(([column, value]) => session.sql('? = ?', [session.name(column), value]));
  return session.sql(
    'update ? as t set ? from was where ? returning to_jsonb(was) as before, to_jsonb(t) as after',
    [table, joined(session, set, ', '), sameRow(session, action)],
  );
}

function sameRow(session: Session, { key }: ActionTarget): Sql {
  const equal = Object.keys(key).map((column) => session.sql('? = ?', [session.column(column), session.column(column, 'was')]));
  return joined(session, equal, ' and ');
}

/** The columns that would change still hold what the plan showed; times of the last change may differ. */
function standsAsPlanned(session: Session, { before }: PlannedAction, values: Readonly<Record<string, Sql>> | null): Sql {
  const columns = Object.keys(values ?? {}).filter((column) => column !== 'updated_at');
  const equal = columns.map((column) => session.sql("to_jsonb(t) -> ?::text is not distinct from ?::jsonb", [column, JSON.stringify(before[column] ?? null)]));
  return equal.length > 0 ? joined(session, equal, ' and ') : session.sql('true');
}

async function whyNot(session: Session, action: ActionTarget): Promise<string> {
  const rows = await session.rows(session.sql('select from ? as t where ?', [session.named(action.table), isRow(session, action.key)]));
  return rows.length > 0 ? 'the row has changed since the plan was made, or is no longer broken' : 'the row is gone';
}

