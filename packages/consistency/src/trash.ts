import { SyncError } from '@1688/core';
import { transaction } from '@1688/db';
import type { StorageBackend } from '@1688/storage';
import type { PlannedAction, StepContext, TrashStep } from './fix-step.ts';
import { hashObject, type ObjectBytes } from './object-bytes.ts';
import { withSignal } from './object-scan.ts';
import { openSession } from './session.ts';
import type { ConsistencyTarget } from './target.ts';

/** Where a run keeps the object that stood under `key`. */
export function trashKey(runId: string, key: string): string {
  return `trash/${runId}/${key}`;
}

/**
 * Moves one object to the trash of the run: copied and compared, noted in the journal, then deleted. Killed anywhere, it is in
 * one of both places, and the journal knows it before the original goes.
 * @returns null when done, else why nothing was moved
 */
export async function trashObject(context: StepContext, target: ConsistencyTarget, step: TrashStep, action: PlannedAction, runId: string): Promise<string | null> {
  const { files, signal } = context;
  const object = await files.head(action.target, withSignal({ signal }));
  if (!object) return 'the object is gone already';
  const { foundBytes } = action.facts;
  if (foundBytes !== undefined && String(object.sizeBytes) !== foundBytes) return 'the object has changed since the plan was made';
  if (!(await isStillBroken(context, step, action))) return 'the object is in use, or no longer broken';
  const trash = trashKey(runId, action.target);
  const bytes = await copyObject(files, action.target, trash, signal);
  if (!bytes) return 'the object is gone already';
  if (action.facts['foundSha256'] !== undefined && action.facts['foundSha256'] !== bytes.sha256) {
    await files.delete(trash);
    return 'the object has changed since the plan was made';
  }
  const journalId = await noteMove(context, target, step, action, runId, { ...bytes, trash });
  if (journalId === null) {
    await files.delete(trash);
    return 'the object is in use, or no longer broken';
  }
  await files.delete(action.target, withSignal({ signal }));
  return confirmMove(context, target, step, action, journalId, trash);
}

/**
 * Copies an object inside the store and reads the copy back.
 * @returns null when nothing is stored under `from`
 * @throws STORAGE_CORRUPT when the copy differs; it is removed again
 */
export async function copyObject(files: StorageBackend, from: string, to: string, signal: AbortSignal | undefined): Promise<ObjectBytes | null> {
  const source = await hashObject(files, from, signal);
  if (!source) return null;
  const { object, body } = await files.get(from, withSignal({ signal }));
  const { contentType } = object;
  await files.put(to, body, { ...source, ...(contentType === undefined ? {} : { contentType }), ...withSignal({ signal }) });
  const copy = await hashObject(files, to, signal);
  if (copy?.sha256 === source.sha256) return source;
  await files.delete(to);
  throw new SyncError('STORAGE_CORRUPT', `Expected the copy of ${from} to have the SHA-256 ${source.sha256}, received ${copy?.sha256 ?? 'nothing'}.`, { retryable: true });
}

async function isStillBroken({ session, ...rest }: StepContext, step: TrashStep, action: PlannedAction): Promise<boolean> {
  const [row] = await session.rows<{ broken: boolean }>(session.sql('select (?) as broken', [step.stillBroken({ session, ...rest }, action)]));
  return row?.broken ?? false;
}

/** The journal row, written only while the object may go; `done_at` comes once the original is deleted. */
async function noteMove(context: StepContext, target: ConsistencyTarget, step: TrashStep, action: PlannedAction, runId: string, moved: ObjectBytes & { trash: string }): Promise<string | null> {
  return transaction(target.db, async (trx) => {
    const session = openSession(trx, target.schema, context.signal);
    const image = JSON.stringify({ key: action.target, sha256: moved.sha256, sizeBytes: moved.sizeBytes });
    const [row] = await session.rows<{ id: string }>(session.sql(
      `insert into ? (run_id, finding_id, action, target, before, after)
       select ?::bigint, ?::bigint, ?, ?, ?::jsonb, ?::jsonb where (?) returning id::text`,
      [session.named('consistency_actions'), runId, action.finding, action.action, action.target, image, JSON.stringify(moved), step.stillBroken({ ...context, session }, action)],
    ));
    return row?.id ?? null;
  });
}

/** Somebody may have begun to use the object between the last look and the deletion: then it comes back at once. */
async function confirmMove(context: StepContext, target: ConsistencyTarget, step: TrashStep, action: PlannedAction, journalId: string, trash: string): Promise<string | null> {
  const { session, files, signal } = context;
  const keep = await isStillBroken(context, step, action);
  if (!keep) {
    await copyObject(files, trash, action.target, signal);
    await files.delete(trash);
  }
  const note = keep ? null : 'the object came into use and was put back';
  await session.rows(session.sql(
    `update ? set done_at = clock_timestamp(), ${keep ? '' : 'undone_at = clock_timestamp(), '}note = ? where id = ?`,
    [session.named('consistency_actions'), note, journalId],
  ));
  return note;
}

/**
 * Brings an object back from the trash.
 * @returns null when the object stands where it stood, else why it was left in the trash
 */
export async function restoreObject(files: StorageBackend, key: string, trash: string, sha256: string, signal: AbortSignal | undefined): Promise<string | null> {
  const there = await hashObject(files, key, signal);
  if (there && there.sha256 !== sha256) return 'another object stands there now';
  if (!there) {
    const kept = await hashObject(files, trash, signal);
    if (kept?.sha256 !== sha256) return kept ? 'the copy in the trash was altered' : 'the trash no longer has the object';
    await copyObject(files, trash, key, signal);
  }
  await files.delete(trash, withSignal({ signal }));
  return null;
}
