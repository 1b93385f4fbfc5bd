import { SyncError } from '@1688/core';
import { changes, quoteName, transaction, type Connection, type Database } from '@1688/db';
import { defineWatch, shownSink, type Watch, type WatchInput } from './watch.ts';

/** A watch as a listing shows it: nothing of its sink's secrets. */
export interface ListedWatch {
  readonly id: string;
  /** True for one of the configuration file. */
  readonly configured: boolean;
  readonly filter: Watch['filter'];
  /** Kind and host. */
  readonly sink: string;
  readonly language: Watch['language'];
  readonly digest: Watch['digest'];
  readonly quietHours: Watch['quietHours'] | null;
  readonly mutedUntil: Date | null;
  /** The last entry of the feed that it has looked at. */
  readonly seq: string;
  readonly held: number;
  readonly queued: number;
  readonly sent: number;
  readonly dead: number;
  /** Attempts that failed since the last that did not. */
  readonly failures: number;
  readonly lastError: string | null;
}

interface Row {
  id: string; definition: WatchInput | null; seq: string; muted_until: Date | null; failures: number; last_error: string | null;
  held: string; queued: string; sent: string; dead: string;
}

/** Keeps a watch; it tells of what comes from now on. @throws ARGUMENT_INVALID; DB_CONFLICT when the id is taken */
export async function addWatch(db: Connection, input: WatchInput): Promise<void> {
  const watch = defineWatch(input);
  const { rows } = await db.knex.raw<{ rows: unknown[] }>(
    `insert into ${quoteName(db.schema)}.watches (id, definition, seq) values (?, ?::jsonb, ?) on conflict do nothing returning id`,
    [watch.id, JSON.stringify(watch), (await changes(db).latest()).toString()]);
  if (rows.length === 0) throw new SyncError('DB_CONFLICT', `Expected a new id for the watch, received ${watch.id}, which is taken.`, { hint: 'Remove the other one first, or choose another id.' });
}

/** Makes rows for watches of the configuration that are new; they too tell of what comes from now on. */
export async function registerWatches(db: Connection, configured: readonly Watch[]): Promise<void> {
  for (const { id } of configured) {
    await db.knex.raw(
      `insert into ${quoteName(db.schema)}.watches (id, seq) values (?, ?) on conflict do nothing`, [id, (await changes(db).latest()).toString()]);
  }
}

/** All watches that can run: those of the database, and those of the configuration, which win. */
export async function activeWatches(db: Connection, configured: readonly Watch[]): Promise<Watch[]> {
  const { rows } = await db.knex.raw<{ rows: { definition: WatchInput }[] }>(`select definition from ${quoteName(db.schema)}.watches where definition is not null order by id`);
  const named = new Set(configured.map(({ id }) => id));
  return [...configured, ...rows.map(({ definition }) => defineWatch(definition)).filter(({ id }) => !named.has(id))];
}

/** Watches by id, with what waits and what failed. */
export async function listWatches(db: Connection, configured: readonly Watch[] = []): Promise<readonly ListedWatch[]> {
  const s = quoteName(db.schema);
  const counted = (state: string): string => `count(a.id) filter (where a.state = '${state}') as ${state}`;
  const { rows } = await db.knex.raw<{ rows: Row[] }>(
    `select w.id, w.definition, w.seq, w.muted_until, w.failures, w.last_error, ${['held', 'queued', 'sent', 'dead'].map(counted).join(', ')}
     from ${s}.watches w left join ${s}.watch_alerts a on a.watch_id = w.id group by w.id order by w.id`);
  const known = new Map(configured.map((watch) => [watch.id, watch]));
  return rows.flatMap((row) => {
    const watch = known.get(row.id) ?? (row.definition && defineWatch(row.definition));
    return watch ? [listed(row, watch, known.has(row.id))] : [];
  });
}

/** Removes a watch with its alerts. @throws NOT_FOUND */
export async function removeWatch(db: Connection, id: string): Promise<void> {
  await changed(db, id, 'delete from :s.watches where id = :id and definition is not null returning id');
}

/** Until then nothing is sent; alerts wait and come afterwards. @param until null: speak again. @throws NOT_FOUND */
export async function muteWatch(db: Connection, id: string, until: Date | null): Promise<void> {
  await changed(db, id, 'update :s.watches set muted_until = :until where id = :id returning id', { until });
}

/** Queues again what was given up, and tries at once. @returns how many alerts. @throws NOT_FOUND */
export async function redriveWatch(db: Database, id: string): Promise<number> {
  return transaction(db, async (trx) => {
    await changed(trx, id, 'update :s.watches set failures = 0, retry_at = null where id = :id returning id');
    const { rows } = await trx.knex.raw<{ rows: unknown[] }>(
      `update ${quoteName(db.schema)}.watch_alerts set state = 'queued', queued_at = now() where watch_id = ? and state = 'dead' returning id`, [id]);
    return rows.length;
  });
}

async function changed(db: Connection, id: string, sql: string, more: Readonly<Record<string, Date | null>> = {}): Promise<void> {
  const { rows } = await db.knex.raw<{ rows: unknown[] }>(sql.replaceAll(':s.', `${quoteName(db.schema)}.`), { id, ...more });
  if (rows.length === 0) throw new SyncError('NOT_FOUND', `Expected a stored watch with the id ${JSON.stringify(id.slice(0, 60))}, found none.`, { hint: 'List them with "1688sync watch list"; one of the configuration file is removed there.' });
}

function listed(row: Row, watch: Watch, configured: boolean): ListedWatch {
  return {
    id: row.id, configured, filter: watch.filter, sink: shownSink(watch.sink), language: watch.language, digest: watch.digest, quietHours: watch.quietHours ?? null,
    mutedUntil: row.muted_until, seq: row.seq, held: Number(row.held), queued: Number(row.queued), sent: Number(row.sent), dead: Number(row.dead),
    failures: row.failures, lastError: row.last_error,
  };
}
