import { SyncError, throwIfAborted } from '@1688/core';
import type { Connection } from './connection.ts';
import { quoteName } from './quote-name.ts';
import { atomically } from './transaction.ts';

export interface PruneHistoryOptions {
  /** Values that ended before this go. It is rounded down to a millisecond and never lies in the future. */
  readonly before: Date;
  /** Count what would be deleted, delete nothing. Default false. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface PrunedHistory {
  /** Superseded values. */
  readonly points: number;
  /** Times at which parts of products were told. */
  readonly tellings: number;
}

const batchSize = 10_000;

/**
 * Deletes superseded values that ended before a time, in batches, and notes that time first: no earlier date is answered from then on.
 * What held at that time or later stays, and so does what holds now.
 * @throws ARGUMENT_INVALID for a time in the future
 */
export async function pruneHistory(db: Connection, { before, dryRun = false, signal }: PruneHistoryOptions): Promise<PrunedHistory> {
  if (!(before.getTime() <= Date.now())) throw new SyncError('ARGUMENT_INVALID', `Expected before to be a time in the past, received ${String(before)}.`);
  const s = quoteName(db.schema);
  const ended = { points: `${s}.history_points where valid_to < ?`, tellings: `${s}.tellings where not late and observed_at < ?` };
  if (dryRun) return { points: await countOf(db, ended.points, before), tellings: await countOf(db, ended.tellings, before) };
  await atomically(db, (trx) => trx.knex.raw(`update ${s}.store set history_since = greatest(history_since, ?)`, [before]));
  const emptied = async (from: string): Promise<number> => {
    for (let deleted = 0; ;) {
      throwIfAborted(signal, 'Deleting history');
      const table = from.split(' ')[0] ?? '';
      const { rowCount } = await atomically(db, (trx) => trx.knex.raw<{ rowCount: number }>(`delete from ${table} where id in (select id from ${from} limit ${batchSize})`, [before]));
      deleted += rowCount;
      if (rowCount < batchSize) return deleted;
    }
  };
  return { points: await emptied(ended.points), tellings: await emptied(ended.tellings) };
}

/** From when on history answers, or null when nothing was ever deleted. */
export async function historySince(db: Connection): Promise<Date | null> {
  const { rows } = await db.knex.raw<{ rows: { history_since: Date | null }[] }>(`select history_since from ${quoteName(db.schema)}.store`);
  return rows[0]?.history_since ?? null;
}

async function countOf(db: Connection, from: string, before: Date): Promise<number> {
  const { rows } = await db.knex.raw<{ rows: { count: number }[] }>(`select count(*)::integer as count from ${from}`, [before]);
  return rows[0]?.count ?? 0;
}
