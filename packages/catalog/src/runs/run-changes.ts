import { throwIfAborted, type Change } from '@1688/core';
import { changes, quoteName, type Connection } from '@1688/db';

/** What a run did, in numbers. */
export interface RunSummary {
  /** `product created`, `product updated`, `supplier updated` … → entries of the feed. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Field → entries that changed it. */
  readonly fields: Readonly<Record<string, number>>;
}

/** Counts what a run changed, by kind and by field. */
export async function runSummary(db: Connection, runId: string): Promise<RunSummary> {
  const s = quoteName(db.schema);
  const { rows } = await db.knex.raw<{ rows: { what: 'kind' | 'field'; name: string; count: string }[] }>(
    `with own as materialized (select entity, kind, fields from ${s}.changes where sync_record_id = ?)
     select 'kind' as what, entity || ' ' || kind as name, count(*) as count from own group by 2
     union all select 'field', field, count(*) from own, jsonb_object_keys(fields) as field where kind = 'updated' group by 2 order by what, count desc, name`, [runId]);
  const counted = (what: string): Record<string, number> => Object.fromEntries(rows.filter((row) => row.what === what).map(({ name, count }) => [name, Number(count)]));
  return { kinds: counted('kind'), fields: counted('field') };
}

export interface RunChangesOptions {
  /** Only entries after this one. Default 0n. */
  readonly since?: bigint;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** What a run changed, before and after, in the order of the feed. */
export async function* runChanges(db: Connection, runId: string, { since = 0n, limit, signal }: RunChangesOptions = {}): AsyncGenerator<Change, void> {
  for await (const change of changes(db).list({ since, syncRecordId: runId, ...(limit === undefined ? {} : { limit }) })) {
    throwIfAborted(signal, 'Reading what a run changed');
    yield change;
  }
}
