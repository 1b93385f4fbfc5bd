import { isSyncError } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import type { PlannedAction, StepContext } from './fix-step.ts';
import { hashObject } from './object-bytes.ts';
import { withSignal } from './object-scan.ts';

/** Another place that may hold the same objects under the same keys: a second bucket, a mounted copy. It is only read. */
export type SpareStore = Pick<StorageBackend, 'name' | 'get'>;

/** The first spare that has these very bytes, or null. One that gives no answer is passed by. */
export async function spareWith(spares: readonly SpareStore[], key: string, sha256: string, signal: AbortSignal | undefined): Promise<SpareStore | null> {
  for (const spare of spares) {
    const bytes = await hashObject(spare, key, signal).catch(passBy);
    if (bytes?.sha256 === sha256) return spare;
  }
  return null;
}

/**
 * Puts an object back from a spare; bytes that do not give the hash are refused. The journal knows of it before it is stored.
 * @returns null when the object stands in its place, else why not
 */
export async function heal(context: StepContext, action: PlannedAction, runId: string): Promise<string | null> {
  const { files, session, spares, signal } = context;
  const { sha256 = '', spare: name = '' } = action.facts;
  const spare = spares.find((each) => each.name === name);
  if (!spare) return `the spare store "${name}" is not configured any more`;
  const there = await hashObject(files, action.target, signal);
  if (there) return there.sha256 === sha256 ? 'the object is there again' : 'another object stands there now';
  const { object, body } = await spare.get(action.target, withSignal({ signal }));
  const [row] = await session.rows<{ id: string }>(session.sql(
    'insert into ? (run_id, finding_id, action, target, before, after) values (?, ?, ?, ?, ?::jsonb, ?::jsonb) returning id::text',
    [session.named('consistency_actions'), runId, action.finding, action.action, action.target, JSON.stringify({ key: action.target, absent: true }), JSON.stringify({ copied: action.target, healed: true, from: name, sha256 })],
  ));
  try {
    const { contentType } = object;
    await files.put(action.target, body, { sha256, ...(contentType === undefined ? {} : { contentType }), ...withSignal({ signal }) });
  } catch (error) {
    if (!isSyncError(error) || error.code !== 'STORAGE_CORRUPT') throw error;
    return `the copy in "${name}" is damaged too`;
  }
  await session.rows(session.sql('update ? set done_at = clock_timestamp() where id = ?', [session.named('consistency_actions'), row?.id ?? null]));
  return null;
}

function passBy(error: unknown): null {
  if (isSyncError(error) && error.code === 'ABORTED') throw error;
  return null; // a spare is a help, not a promise: the source is asked instead
}
