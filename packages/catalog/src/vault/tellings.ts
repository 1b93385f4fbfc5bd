import type { RecordKind } from '@1688/core';
import { quoteName } from '@1688/db';
import type pg from 'pg';
import { unpackDocument } from '../import/payload-frame.ts';
import type { KeptDocument } from './document-mapper.ts';

/** One time that a document was told. */
export interface Telling {
  /** Rises in the order in which an offer was told of. */
  readonly place: string;
  readonly document: KeptDocument;
  readonly observedAt: Date;
  readonly syncRecordId: string | null;
  /** The same for all that one transaction wrote. */
  readonly writtenAt: string;
  /** Where the record stood in its input. */
  readonly line: number | null;
  readonly pointer: string;
}

interface Row {
  readonly place: string;
  readonly id: string;
  readonly source_id: string;
  readonly kind: RecordKind;
  readonly profile: string;
  readonly mapper_version: number;
  readonly format: string | null;
  readonly columns: Readonly<Record<string, string>> | null;
  readonly body: Buffer;
  readonly observed_at: Date;
  readonly sync_record_id: string | null;
  readonly line: string | null;
  readonly pointer: string;
  readonly written_at: string;
}

const selected = `e.place, p.id, p.source_id, p.kind, p.profile, p.mapper_version, p.format, p.body, e.observed_at, e.sync_record_id, e.line, e.pointer, e.created_at::text as written_at, r.options->'reading'->'columns' as columns`;

function toTelling(row: Row): Telling {
  const { id, source_id: offerId, kind, profile, mapper_version: mapperVersion, format, columns } = row;
  return {
    place: row.place, observedAt: row.observed_at, writtenAt: row.written_at, syncRecordId: row.sync_record_id, line: row.line === null ? null : Number(row.line), pointer: row.pointer,
    document: { id, offerId, kind, profile, mapperVersion, format, columns, document: unpackDocument(row.body) },
  };
}

/** All tellings of some offers, in the order in which they came. */
export async function tellingsOf(client: pg.ClientBase, schema: string, offerIds: readonly string[]): Promise<Telling[]> {
  const s = quoteName(schema);
  const { rows } = await client.query<Row>(
    `select ${selected} from ${s}.payloads p
     cross join lateral (select p.id as place, p.observed_at, p.sync_record_id, p.line, p.pointer, p.created_at
       union all select t.id, t.observed_at, t.sync_record_id, t.line, t.pointer, t.created_at from ${s}.payload_tellings t where t.payload_id = p.id) e
     left join ${s}.sync_records r on r.id = p.sync_record_id
     where p.source_id = any($1) order by e.place`, [offerIds]);
  return rows.map(toTelling);
}

/** What one kind of document told of an offer up to a time, the newest first. A document that was only seen again is told where it was first. @param limit most tellings */
export async function tellingsUntil(client: pg.ClientBase, schema: string, { offerId, kind, until, limit }: { readonly offerId: string; readonly kind: RecordKind; readonly until: Date; readonly limit: number }): Promise<Telling[]> {
  const s = quoteName(schema);
  const { rows } = await client.query<Row>(
    `select ${selected} from ${s}.payloads p
     cross join lateral (select p.id as place, p.observed_at, p.sync_record_id, p.line, p.pointer, p.created_at
       union all select t.id, t.observed_at, case when noted.is_silent then p.sync_record_id else t.sync_record_id end, case when noted.is_silent then p.line else t.line end,
         case when noted.is_silent then p.pointer else t.pointer end, t.created_at
       from ${s}.payload_tellings t cross join lateral (select t.line is null and t.pointer = '' as is_silent) noted where t.payload_id = p.id) e
     left join ${s}.sync_records r on r.id = p.sync_record_id
     where p.source_id = $1 and p.kind = $2 and e.observed_at <= $3 order by e.observed_at desc, e.place desc limit $4`, [offerId, kind, until, limit]);
  return rows.map(toTelling);
}

/** A page of the whole vault, in the order in which it was told. @param after place of the last telling of the page before, '0' for the first */
export async function tellingsAfter(client: pg.ClientBase, schema: string, { after, limit }: { readonly after: string; readonly limit: number }): Promise<Telling[]> {
  const s = quoteName(schema);
  const { rows } = await client.query<Row>(
    `select ${selected} from (
       (select id as place, id as payload_id, observed_at, sync_record_id, line, pointer, created_at from ${s}.payloads where id > $1 order by id limit $2)
       union all
       (select id, payload_id, observed_at, sync_record_id, line, pointer, created_at from ${s}.payload_tellings where id > $1 order by id limit $2)
       order by place limit $2) e
     join ${s}.payloads p on p.id = e.payload_id left join ${s}.sync_records r on r.id = p.sync_record_id order by e.place`, [after, limit]);
  return rows.map(toTelling);
}
