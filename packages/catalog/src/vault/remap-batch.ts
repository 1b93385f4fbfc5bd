import { isSyncError } from '@1688/core';
import { changedFields, quoteName, sameContent, type ProductState, type Transaction } from '@1688/db';
import type pg from 'pg';
import { isListingMove } from '../delisting/listing-change.ts';
import { writeListings } from '../delisting/listing-writer.ts';
import { resolveSuppliers } from '../import/batch-suppliers.ts';
import type { ChangeRow } from '../import/change-rows.ts';
import { knownSuppliers } from '../import/known-suppliers.ts';
import { isReject, type PreparedRecord } from '../import/prepared-record.ts';
import { lockProducts } from '../import/product-reader.ts';
import { updateProducts, writeChildren } from '../import/product-writer.ts';
import type { DocumentMapper } from './document-mapper.ts';
import { preparedTelling } from './prepared-telling.ts';
import { replayedProduct } from './replayed-product.ts';
import { tellingsOf, type Telling } from './tellings.ts';

export interface RemapCounts {
  /** Offers whose documents were mapped again. */
  readonly products: number;
  readonly documents: number;
  readonly changed: number;
  /** Field → products of which it changed. */
  readonly fields: Readonly<Record<string, number>>;
  /** Documents that the present mappers refuse: they tell nothing any more. */
  readonly rejected: number;
  /** Offers that were left alone: a document of theirs has a profile that is not known. */
  readonly skipped: number;
}

export interface RemapBatch {
  readonly trx: Transaction;
  /** The raw client of `trx`. */
  readonly client: pg.ClientBase;
  /** Of the sync record. */
  readonly id: string;
  readonly mapper: DocumentMapper;
  /** The transaction will be rolled back. */
  readonly dryRun: boolean;
}

/** Maps all documents of some offers again and writes what comes out otherwise: all but the feed. */
export async function remapBatch({ trx, client, id, mapper, dryRun }: RemapBatch, offerIds: readonly string[]): Promise<RemapCounts & { readonly changes: readonly ChangeRow[] }> {
  const { schema } = trx;
  const { offers, versions, ...mapped } = mapAll(await tellingsOf(client, schema, offerIds), mapper);
  const seen = [...offers.values()].flat().flatMap(({ told: { supplier }, kind, observedAt }) => (supplier ? [{ told: supplier, kind, observedAt }] : []));
  const suppliers = await resolveSuppliers(client, schema, seen, { known: knownSuppliers(), dryRun });
  const states = await lockProducts(client, schema, [...offers.keys()].toSorted());
  const context = { supplierIds: suppliers.ids, syncRecordId: id };
  const written = [...states.values()]
    .map((before) => ({ before, after: { ...replayedProduct(before, offers.get(before.offerId) ?? [], context), id: before.id! } }))
    .filter(({ after }) => typeof after.fields['title'] === 'string'); // one whose documents are all refused stays as it is
  const moved = written.filter(({ before, after }) => !sameContent(before, after) || isListingMove(before.listing, after.listing));
  const fields = new Map(moved.map(({ before, after }) => [after.offerId, changedFields(before, after)]));
  const counts = { ...mapped, products: offers.size, changed: moved.length, fields: counted([...fields.values()].flatMap((each) => Object.keys(each))) };
  if (dryRun) return { ...counts, changes: [] };
  await updateProducts(client, schema, written.map((each) => ({ ...each, touched: moved.includes(each) })));
  await writeListings(client, schema, written.map((each) => ({ offer: { records: [] }, written: each })));
  await writeChildren(trx, client, written);
  await setVersions(client, schema, [...versions].filter(([, { offerId }]) => offers.has(offerId)));
  const names = await supplierNames(client, schema, moved.flatMap(({ before, after }) => [before.supplierId, after.supplierId]));
  const nameOf = (supplierId: string | null): string | null => (supplierId === null ? null : (names.get(supplierId) ?? null));
  return { ...counts, changes: [...suppliers.changes, ...moved.flatMap(({ before, after }) => changeRows(before, after, { fields: fields.get(after.offerId)!, nameOf }))] };
}

interface Mapped extends Pick<RemapCounts, 'documents' | 'rejected' | 'skipped'> {
  /** By offer, in the order in which it was told. */
  readonly offers: ReadonlyMap<string, readonly PreparedRecord[]>;
  /** What the documents are from now on, those that were refused included. */
  readonly versions: ReadonlyMap<string, MappedDocument>;
}

interface MappedDocument {
  readonly offerId: string;
  readonly version: number;
  readonly kind: string;
}

/** An offer with a document of a profile that is not known is left out whole. */
function mapAll(tellings: readonly Telling[], mapper: DocumentMapper): Mapped {
  const offers = new Map<string, PreparedRecord[]>();
  const versions = new Map<string, MappedDocument>();
  const unknown = new Set<string>();
  let rejected = 0;
  for (const [index, telling] of tellings.entries()) {
    const { offerId, id, kind, profile } = telling.document;
    const list = offers.get(offerId) ?? [];
    offers.set(offerId, list);
    try {
      const prepared = preparedTelling(telling, mapper, index + 1);
      const taken = prepared && !isReject(prepared) && prepared.offerId === offerId ? prepared : null;
      versions.set(id, { offerId, version: mapper.versionOf(profile) ?? telling.document.mapperVersion, kind: taken?.kind ?? kind });
      if (taken) list.push(taken);
      else rejected += 1;
    } catch (error) {
      if (!isSyncError(error) || error.code !== 'SOURCE_PROFILE') throw error;
      unknown.add(offerId);
    }
  }
  for (const offerId of unknown) offers.delete(offerId);
  return { offers, versions, documents: tellings.length, rejected, skipped: unknown.size };
}

async function setVersions(client: pg.ClientBase, schema: string, documents: readonly (readonly [id: string, MappedDocument])[]): Promise<void> {
  const s = quoteName(schema);
  await client.query(
    `update ${s}.payloads p set mapper_version = v.version, kind = case when exists (select from ${s}.payloads o where o.source_id = p.source_id and o.kind = v.kind and o.hash = p.hash) then p.kind else v.kind end
     from unnest($1::bigint[], $2::integer[], $3::text[]) as v (id, version, kind) where p.id = v.id and (p.mapper_version <> v.version or p.kind <> v.kind)`,
    [documents.map(([id]) => id), documents.map(([, { version }]) => version), documents.map(([, { kind }]) => kind)]);
}

function changeRows(before: ProductState, after: ProductState, { fields, nameOf }: { readonly fields: Record<string, { before: unknown; after: unknown }>; readonly nameOf: (id: string | null) => string | null }): ChangeRow[] {
  const change = { entity: 'product', sourceId: after.offerId } as const;
  if (fields['supplier']) fields['supplier'] = { before: nameOf(before.supplierId), after: nameOf(after.supplierId) };
  const rows: ChangeRow[] = Object.keys(fields).length > 0 ? [{ ...change, kind: 'updated', fields }] : [];
  if (!isListingMove(before.listing, after.listing)) return rows;
  const [was, is] = [before.listing.delistedAt?.toISOString() ?? null, after.listing.delistedAt?.toISOString() ?? null];
  return [...rows, { ...change, kind: is === null ? 'relisted' : 'delisted', fields: { delistedAt: { before: was, after: is }, evidence: { before: before.listing.evidence, after: after.listing.evidence } } }];
}

async function supplierNames(client: pg.ClientBase, schema: string, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const { rows } = await client.query<{ id: string; source_id: string }>(`select id, source_id from ${quoteName(schema)}.suppliers where id = any($1)`, [ids.filter((id) => id !== null)]);
  return new Map(rows.map((row) => [row.id, row.source_id]));
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
