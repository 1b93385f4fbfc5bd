import { isSyncError, recordKinds, SyncError, type RecordKind } from '@1688/core';
import { productStates, quoteName, sameValue, withClient, type Connection, type FieldValue, type ProductState } from '@1688/db';
import type pg from 'pg';
import { toldProduct, type ToldProduct } from '../import/told-product.ts';
import type { DocumentMapper, DocumentPlace } from '../vault/document-mapper.ts';
import { tellingsUntil, type Telling } from '../vault/tellings.ts';
import { explainableValues, type ExplainableValue } from './explained-values.ts';

/** The document that a value comes from. */
export interface ExplainingDocument {
  /** Our id of the document in the vault. */
  readonly id: string;
  readonly kind: RecordKind;
  readonly profile: string;
  readonly mapperVersion: number;
  /** Run that brought it, and what it read. */
  readonly syncRecordId: string | null;
  readonly input: string | null;
  readonly observedAt: Date;
  /** Where the record stood in its input: line, and JSON pointer of the record within a page. */
  readonly line: number | null;
  readonly pointer: string;
}

export interface ExplainedField {
  readonly field: string;
  readonly value: unknown;
  /** `lock`: the user holds it · `caller`: a program wrote it, or a revert put it back · `nothing`: not told by anything that is kept. */
  readonly from: 'document' | 'lock' | 'caller' | 'nothing';
  /** Since when it is locked, or when the caller wrote it. */
  readonly since: Date | null;
  /** Of a locked field, the one that says what the source has. */
  readonly document: ExplainingDocument | null;
  /** Where in the document it stands; several for what was put together, none for what the profile itself says. */
  readonly places: readonly DocumentPlace[];
  /** What the document gives, where that is another value: sales figures, which are kept with the first document alone, and values that were changed behind our back. */
  readonly documentSays: unknown;
}

export interface ProductExplanation {
  readonly offerId: string;
  readonly fields: readonly ExplainedField[];
}

export interface ExplainOptions {
  readonly mapper: DocumentMapper;
  /** Default: all fields that have a value, without those of SKUs. */
  readonly field?: string | undefined;
}

/** So many documents are looked at for one value, the newest first. */
const mostDocuments = 20;

/**
 * Where each value of a product comes from: document, place in it, profile, run and time, or the user's lock.
 * @throws NOT_FOUND for an offer that was never stored, or a SKU that it does not have; ARGUMENT_INVALID for no field
 */
export async function explainProduct(db: Connection, offerId: string, { mapper, field }: ExplainOptions): Promise<ProductExplanation> {
  return withClient(db, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(`select * from ${quoteName(db.schema)}.products where source_id = $1`, [offerId]);
    const [state] = await productStates(client, db.schema, rows);
    if (!state) throw new SyncError('NOT_FOUND', `Expected an offer that is stored, received ${JSON.stringify(offerId.slice(0, 64))}.`, { hint: 'Look for it with "1688sync search".' });
    const supplier = await supplierOf(client, db.schema, state);
    const values = explainableValues(state, field);
    const marks = new Map(values.map((each) => [each.field, markToLookFor(each, state)]));
    const found = new Map<string, Found>();
    for (const [mark, group] of Map.groupBy(values, (each) => marks.get(each.field)!)) {
      const teller = recordKinds[Math.round((mark - Math.floor(mark)) * 4)];
      if (teller === undefined) continue; // nobody, or a caller
      const tellings = await tellingsUntil(client, db.schema, { offerId, kind: teller, until: new Date(Math.floor(mark)), limit: mostDocuments });
      for (const [name, each] of findDocuments(tellings, group.map((value) => expected(value, state)), mapper)) found.set(name, each);
    }
    const inputs = await inputsOf(client, db.schema, [...found.values()].flatMap(({ telling }) => telling.syncRecordId ?? []));
    return { offerId, fields: values.map((value) => explained(value.field === 'supplier' ? { ...value, value: supplier } : value, { state, mark: marks.get(value.field)!, found: found.get(value.field), inputs })) };
  });
}

/** Of a locked field what the source said last, which is none for lists. */
function markToLookFor({ field, mark }: ExplainableValue, { locks }: ProductState): number {
  const lock = locks?.[field];
  return lock ? (lock.source?.mark ?? mark) : mark;
}

interface Expected {
  readonly field: string;
  readonly value: unknown;
}

function expected({ field, value }: ExplainableValue, { locks }: ProductState): Expected {
  const source = locks?.[field]?.source;
  return { field, value: source ? source.value : value };
}

interface Found {
  readonly telling: Telling;
  readonly places: readonly DocumentPlace[];
  readonly says: unknown;
}

/** The newest telling that gives the value; where none does, the newest of all that tells the field. */
function findDocuments(tellings: readonly Telling[], wanted: readonly Expected[], mapper: DocumentMapper): Map<string, Found> {
  const found = new Map<string, Found>();
  const second = new Map<string, Found>();
  for (const telling of tellings) {
    const open = wanted.filter(({ field }) => !found.has(field));
    if (open.length === 0) break;
    const told = toldBy(telling, mapper);
    if (told === null) continue;
    const telled = open.flatMap(({ field, value }) => {
      const says = toldValue(told, field);
      return says === undefined ? [] : [{ field, says, same: isSame(field, says, value) }];
    }).filter(({ field, same }) => same || !second.has(field));
    const places = telled.length > 0 ? mapper.trace(telling.document, telled.map(({ field }) => (field === 'supplier' ? 'supplier/sourceId' : field))) : null;
    for (const { field, says, same } of telled) {
      const each = { telling, places: places?.get(field === 'supplier' ? 'supplier/sourceId' : field)?.pointers ?? [], says: same ? null : says };
      (same ? found : second).set(field, each);
    }
  }
  return new Map([...second, ...found]);
}

/** Null for a document that tells nothing today: its profile is gone, or refuses it. */
function toldBy({ document }: Telling, mapper: DocumentMapper): ToldProduct | null {
  try {
    const outcome = mapper.map(document);
    return outcome?.ok ? toldProduct(outcome.value.product) : null;
  } catch (error) {
    if (isSyncError(error)) return null;
    throw error;
  }
}

function toldValue(told: ToldProduct, field: string): unknown {
  const [first = '', ...rest] = field.split('/');
  if (first === 'skus' && rest.length > 0) {
    const name = rest.at(-1) ?? '';
    const sku = told.skus?.find(({ skuId }) => skuId === rest.slice(0, -1).join('/'));
    return name === 'priceTiers' ? sku?.tiers : sku && fieldOf(sku, name);
  }
  if (first === 'supplier') return told.supplier === undefined ? undefined : (told.supplier?.sourceId ?? null);
  if (first === 'priceTiers') return told.tiers;
  if (first === 'skus') return told.skus?.map(({ skuId }) => skuId);
  if (first === 'images') return told.images?.map(({ role, url }) => ({ url, role }));
  return fieldOf(told, first);
}

/** Undefined when it is not told; null when it is told to be nothing. */
function fieldOf({ fields, volatile }: Pick<ToldProduct, 'fields' | 'volatile'>, field: string): FieldValue | undefined {
  return Object.hasOwn(fields, field) ? fields[field] : volatile[field];
}

/** Whole lists may have been joined with others, and suppliers with one another: there the time alone decides. */
function isSame(field: string, says: unknown, value: unknown): boolean {
  return ['supplier', 'skus', 'images'].includes(field) || sameValue(says as FieldValue, value as FieldValue);
}

interface Context {
  readonly state: ProductState;
  readonly mark: number;
  readonly found: Found | undefined;
  readonly inputs: ReadonlyMap<string, string | null>;
}

function explained({ field, value, mark }: ExplainableValue, { state, found, inputs }: Context): ExplainedField {
  const lock = state.locks?.[field];
  const byCaller = !lock && Math.round((mark - Math.floor(mark)) * 4) === recordKinds.length;
  const since = lock ? new Date(lock.lockedAt) : byCaller ? new Date(Math.floor(mark)) : null;
  const from = lock ? 'lock' : byCaller ? 'caller' : found ? 'document' : 'nothing';
  if (!found) return { field, value, from, since, document: null, places: [], documentSays: null };
  const { telling: { document, observedAt, syncRecordId, line, pointer }, places, says } = found;
  const { id, kind, profile, mapperVersion } = document;
  const input = syncRecordId === null ? null : (inputs.get(syncRecordId) ?? null);
  return { field, value, from, since, document: { id, kind, profile, mapperVersion, syncRecordId, input, observedAt, line, pointer }, places, documentSays: lock ? (lock.source?.value ?? says) : says };
}

async function supplierOf(client: pg.ClientBase, schema: string, { supplierId }: ProductState): Promise<string | null> {
  if (supplierId === null) return null;
  const { rows } = await client.query<{ source_id: string }>(`select source_id from ${quoteName(schema)}.suppliers where id = $1`, [supplierId]);
  return rows[0]?.source_id ?? null;
}

async function inputsOf(client: pg.ClientBase, schema: string, ids: readonly string[]): Promise<Map<string, string | null>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; input: string | null }>(`select id, input from ${quoteName(schema)}.sync_records where id = any($1)`, [[...new Set(ids)]]);
  return new Map(rows.map(({ id, input }) => [id, input]));
}
