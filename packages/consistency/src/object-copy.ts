import { transaction } from '@1688/db';
import type { StorageBackend } from '@1688/storage';
import type { CopyStep, PlannedAction, StepContext } from './fix-step.ts';
import { hashObject } from './object-bytes.ts';
import { openSession } from './session.ts';
import type { ConsistencyTarget } from './target.ts';
import { copyObject } from './trash.ts';

/**
 * Copies one object to the key in `facts.to`; the original stays. The journal knows of the copy before it is made, so that an undo
 * after a kill takes it away.
 * @returns null when a whole copy stands there, else why not
 */
export async function copyTo(context: StepContext, target: ConsistencyTarget, step: CopyStep, action: PlannedAction, runId: string): Promise<string | null> {
  const { files, session, signal } = context;
  const { to = '', sha256 = '' } = action.facts;
  const [row] = await session.rows<{ broken: boolean }>(session.sql('select (?) as broken', [step.stillBroken(context, action)]));
  if (!row?.broken) return 'the object is in its place, or no longer known';
  const there = await hashObject(files, to, signal);
  if (there) return there.sha256 === sha256 ? null : 'another object stands in its place';
  const source = await hashObject(files, action.target, signal);
  if (source?.sha256 !== sha256) return source ? 'the object is damaged' : 'the object is gone already';
  const journalId = await note(context, target, action, runId, { copied: to, ...source });
  await copyObject(files, action.target, to, signal);
  await session.rows(session.sql('update ? set done_at = clock_timestamp() where id = ?', [session.named('consistency_actions'), journalId]));
  return null;
}

/**
 * Takes a copy away again.
 * @returns null when nothing is left to do, else why it was left
 */
export async function removeCopy(files: StorageBackend, key: string, sha256: string, isUsed: boolean): Promise<string | null> {
  const there = await hashObject(files, key, undefined);
  if (!there) return null;
  if (isUsed) return 'the copy is in use now';
  if (there.sha256 !== sha256) return 'another object stands there now';
  await files.delete(key);
  return null;
}

async function note(context: StepContext, target: ConsistencyTarget, action: PlannedAction, runId: string, after: object): Promise<string> {
  return transaction(target.db, async (trx) => {
    const session = openSession(trx, target.schema, context.signal);
    const [row] = await session.rows<{ id: string }>(session.sql(
      'insert into ? (run_id, finding_id, action, target, before, after) values (?, ?, ?, ?, ?::jsonb, ?::jsonb) returning id::text',
      [session.named('consistency_actions'), runId, action.finding, action.action, action.target, JSON.stringify({ key: action.target }), JSON.stringify(after)],
    ));
    return row?.id ?? '';
  });
}
