import { quoteName } from '@1688/db';
import type pg from 'pg';
import { copyRows } from './copy-rows.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { runThatSaw } from './sighting.ts';
import type { SilentTelling } from './silent-sightings.ts';

export interface MetRecord {
  readonly record: PreparedRecord;
  /** False for a record that only repeats what its kind told last. */
  readonly merged: boolean;
}

interface KeptPayload {
  readonly id: string;
  readonly observedAt: Date;
}

/**
 * Keeps each document that was not kept before: whole, compressed, once for each difference that counts. One that is kept and was told
 * again after others gets a row that says so: without it a replay would not know that its values came back.
 * @param met what was told of offers whose rows are locked, in the order in which it was merged
 */
export async function writePayloads(client: pg.ClientBase, schema: string, met: readonly MetRecord[], syncRecordId: string): Promise<void> {
  const byKey = Map.groupBy(met, ({ record }) => keyOf(record));
  const kept = await keptPayloads(client, schema, [...byKey.values()].map(([first]) => first!.record));
  const fresh = new Set([...byKey].filter(([key]) => !kept.has(key)).map(([, [first]]) => first!.record));
  const isAgain = ({ record, merged }: MetRecord): boolean => {
    const first = kept.get(keyOf(record))?.observedAt ?? byKey.get(keyOf(record))![0]!.record.observedAt;
    return merged && !fresh.has(record) && record.observedAt.getTime() !== first.getTime();
  };
  const written = met.filter((each) => fresh.has(each.record) || isAgain(each)).map(({ record }) => record);
  // Rows of two tables in one order: only then do they need numbers of their own before they are written.
  const ids = written.length > fresh.size ? await reserveIds(client, schema, written.length) : null;
  const numbered = new Map(written.map((record, index) => [record, ids?.[index]]));
  const columns = ['source_id', 'kind', 'hash', 'profile', 'mapper_version', 'sync_record_id', 'observed_at', 'line', 'pointer', 'size_bytes', 'body', 'format', ...(ids ? ['id'] : [])];
  await copyRows(client, `${quoteName(schema)}.payloads (${columns.join(', ')})`, [...fresh].map((record) => {
    const { offerId, kind, payloadHash, profile, mapperVersion, observedAt, position, payload, format } = record;
    const row = [offerId, kind, payloadHash, profile, mapperVersion, syncRecordId, observedAt, position.line, position.pointer, payload.sizeBytes, payload.body, format];
    return ids ? [...row, numbered.get(record)] : row;
  }));
  const again = written.filter((record) => !fresh.has(record));
  if (again.length > 0) await writeTellings(client, schema, again.map((record) => ({ record, id: numbered.get(record)! })), syncRecordId);
}

async function reserveIds(client: pg.ClientBase, schema: string, count: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(`select nextval(pg_get_serial_sequence($1, 'id')) as id from generate_series(1, $2)`, [`${quoteName(schema)}.payloads`, count]);
  return rows.map(({ id }) => id);
}

async function keptPayloads(client: pg.ClientBase, schema: string, records: readonly PreparedRecord[]): Promise<Map<string, KeptPayload>> {
  if (records.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; source_id: string; kind: string; hash: Buffer; observed_at: Date }>(
    `select p.id, p.source_id, p.kind, p.hash, p.observed_at from unnest($1::text[], $2::text[], $3::bytea[]) as asked (source_id, kind, hash)
     join ${quoteName(schema)}.payloads p using (source_id, kind, hash)`,
    [records.map(({ offerId }) => offerId), records.map(({ kind }) => kind), records.map(({ payloadHash }) => payloadHash)]);
  return new Map(rows.map((row) => [keyOf({ offerId: row.source_id, kind: row.kind, payloadHash: row.hash }), { id: row.id, observedAt: row.observed_at }]));
}

async function writeTellings(client: pg.ClientBase, schema: string, tellings: readonly { readonly record: PreparedRecord; readonly id: string }[], syncRecordId: string): Promise<void> {
  const records = tellings.map(({ record }) => record);
  await client.query(
    `insert into ${quoteName(schema)}.payload_tellings (id, payload_id, sync_record_id, observed_at, line, pointer)
     select a.id, p.id, $1, a.observed_at, a.line, a.pointer
     from unnest($2::bigint[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[], $7::bigint[], $8::text[]) as a (id, source_id, kind, hash, observed_at, line, pointer)
     join ${quoteName(schema)}.payloads p using (source_id, kind, hash)
     on conflict do nothing`,
    [syncRecordId, tellings.map(({ id }) => id), records.map(({ offerId }) => offerId), records.map(({ kind }) => kind), records.map(({ payloadHash }) => payloadHash),
      records.map(({ observedAt }) => observedAt), records.map(({ position }) => position.line), records.map(({ position }) => position.pointer)]);
}

/** Says of documents that they were told again: from here on that is no longer plain from the sightings. */
export async function writeSilentTellings(client: pg.ClientBase, schema: string, tellings: readonly SilentTelling[], syncRecordId: string): Promise<void> {
  const s = quoteName(schema);
  for (const { state, kind, toldAt, seenAt } of tellings) {
    const run = (await runThatSaw(client, schema, { id: state.id!, kind, observedAt: seenAt })) ?? syncRecordId;
    await client.query(
      `insert into ${s}.payload_tellings (id, payload_id, sync_record_id, observed_at)
       select nextval(pg_get_serial_sequence($1, 'id')), last.id, $2, $3 from (
         select p.id, p.id as place from ${s}.payloads p where p.source_id = $4 and p.kind = $5 and p.observed_at = $6
         union all
         select p.id, t.id from ${s}.payloads p join ${s}.payload_tellings t on t.payload_id = p.id where p.source_id = $4 and p.kind = $5 and t.observed_at = $6
         order by place desc limit 1) last
       on conflict do nothing`, [`${s}.payloads`, run, seenAt, state.offerId, kind, toldAt]);
  }
}

function keyOf({ offerId, kind, payloadHash }: Pick<PreparedRecord, 'offerId' | 'payloadHash'> & { readonly kind: string }): string {
  return `${kind} ${payloadHash.toString('base64')} ${offerId}`;
}
