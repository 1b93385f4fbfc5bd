import { quoteName } from '@1688/db';
import type pg from 'pg';
import { copyRows } from './copy-rows.ts';
import type { PreparedRecord } from './prepared-record.ts';

/** Keeps each document that was not kept before: whole, compressed, once for each difference that counts. */
export async function writePayloads(client: pg.ClientBase, schema: string, records: readonly PreparedRecord[], syncRecordId: string): Promise<void> {
  const fresh = await unknownPayloads(client, schema, records);
  if (fresh.length === 0) return;
  const s = quoteName(schema);
  const columns = 'source_id, kind, hash, profile, mapper_version, sync_record_id, observed_at, line, pointer, size_bytes, body';
  await copyRows(client, `${s}.payloads (${columns})`, fresh.map(({ offerId, kind, payloadHash, profile, mapperVersion, observedAt, position, payload }) =>
    [offerId, kind, payloadHash, profile, mapperVersion, syncRecordId, observedAt, position.line, position.pointer, payload.sizeBytes, payload.body]));
}

async function unknownPayloads(client: pg.ClientBase, schema: string, records: readonly PreparedRecord[]): Promise<PreparedRecord[]> {
  const byKey = new Map(records.map((record) => [keyOf(record.offerId, record.kind, record.payloadHash), record]));
  const distinct = [...byKey.values()];
  if (distinct.length === 0) return [];
  const { rows } = await client.query<{ source_id: string; kind: string; hash: Buffer }>(
    `select p.source_id, p.kind, p.hash from unnest($1::text[], $2::text[], $3::bytea[]) as asked (source_id, kind, hash)
     join ${quoteName(schema)}.payloads p using (source_id, kind, hash)`,
    [distinct.map(({ offerId }) => offerId), distinct.map(({ kind }) => kind), distinct.map(({ payloadHash }) => payloadHash)]);
  for (const row of rows) byKey.delete(keyOf(row.source_id, row.kind, row.hash));
  return [...byKey.values()];
}

function keyOf(offerId: string, kind: string, hash: Buffer): string {
  return `${kind} ${hash.toString('base64')} ${offerId}`;
}
