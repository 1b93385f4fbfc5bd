import { imageRoles, SyncError, throwIfAborted } from '@1688/core';
import { fieldsOfRow, liveImages, productStates, quoteName, supplierColumns, toSyncError, type Database, type FieldLocks, type FieldValue } from '@1688/db';
import type pg from 'pg';

export const exportEntities = ['products', 'suppliers', 'images', 'history'] as const;
export type ExportEntity = (typeof exportEntities)[number];

export interface ExportOptions {
  /** In the order of source ids, by bytes. Default false: in our order of arrival. */
  readonly sorted?: boolean;
  /** Without our ids, counters and times: stores that hold the same give the same lines when sorted. Default false. */
  readonly portable?: boolean;
  readonly signal?: AbortSignal;
}

/** One line of an export: `entity` tells what the other fields are. */
export type ExportRecord = Readonly<Record<string, unknown>> & { readonly entity: 'product' | 'supplier' | 'image' | 'history' };

type Row = Readonly<Record<string, unknown>>;

const pageSize = 200;

/**
 * Everything of one kind as the store held it when the first record was asked for; removed products are left out. A product has
 * the fields of `@1688/core`, so its line can be imported again. Memory does not grow with the number of rows.
 * @throws ARGUMENT_INVALID for an unknown entity, ABORTED, DB_…
 */
export async function* exportRecords(db: Database, entity: ExportEntity, { sorted = false, portable = false, signal }: ExportOptions = {}): AsyncGenerator<ExportRecord, void> {
  if (!exportEntities.includes(entity)) {
    throw new SyncError('ARGUMENT_INVALID', `Expected one of ${exportEntities.join(', ')} to export, received ${JSON.stringify(entity)}.`);
  }
  const { statement, toRecords } = exports[entity];
  // A snapshot of a session of its own: pages from the pool would each show another moment.
  await using session = await db.connect();
  const { client } = session;
  const s = quoteName(db.schema);
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query(`declare exported no scroll cursor for ${statement(s, sorted)}`);
    for (;;) {
      throwIfAborted(signal, 'The export');
      const { rows } = await client.query<Row>(`fetch ${pageSize} from exported`);
      if (rows.length === 0) return;
      yield* await toRecords({ client, schema: db.schema, rows, portable });
    }
  } catch (error) {
    throw toSyncError(error, `Exporting ${entity}`);
  }
}

interface Page {
  readonly client: pg.ClientBase;
  readonly schema: string;
  readonly rows: readonly Row[];
  readonly portable: boolean;
}

interface EntityExport {
  readonly statement: (s: string, sorted: boolean) => string;
  readonly toRecords: (page: Page) => Promise<ExportRecord[]>;
}

const bySourceId = 'p.source_id collate "C"';
const roleOrder = `array_position(array[${imageRoles.map((role) => `'${role}'`).join(', ')}], i.role)`;

const exports: Readonly<Record<ExportEntity, EntityExport>> = {
  products: {
    statement: (s, sorted) => `select * from ${s}.products p where deleted_at is null order by ${sorted ? bySourceId : 'p.id'}`,
    toRecords: productRecords,
  },
  suppliers: {
    statement: (s, sorted) => `select * from ${s}.suppliers p where deleted_at is null order by ${sorted ? bySourceId : 'p.id'}`,
    toRecords: supplierRecords,
  },
  images: {
    statement: (s, sorted) =>
      `select i.*, p.source_id as offer_id from ${s}.product_images i join ${s}.products p on p.id = i.product_id
       where i.deleted_at is null and p.deleted_at is null order by ${sorted ? `${bySourceId}, ${roleOrder}, i.position, i.canonical_url collate "C"` : 'i.id'}`,
    toRecords: async ({ rows, portable }) => rows.map((row) => imageRecord(row, portable)),
  },
  history: {
    statement: (s, sorted) =>
      `select h.*, p.source_id as offer_id from ${s}.history_points h join ${s}.products p on p.id = h.product_id where p.deleted_at is null
       order by ${sorted ? `${bySourceId}, h.sku_source_id collate "C" nulls first, h.field, h.valid_from, h.valid_to, h.value::text collate "C"` : 'h.id'}`,
    toRecords: async ({ rows, portable }) => rows.map((row) => historyRecord(row, portable)),
  },
};

async function productRecords({ client, schema, rows, portable }: Page): Promise<ExportRecord[]> {
  const states = await productStates(client, schema, rows);
  const suppliers = await suppliersById(client, schema, states.map(({ supplierId }) => supplierId));
  return states.map((state, index) => ({
    entity: 'product',
    offerId: state.offerId,
    ...state.fields,
    supplier: (state.supplierId && suppliers.get(state.supplierId)) ?? null,
    priceTiers: state.tiers,
    skus: state.skus.filter((sku) => !sku.deleted).map((sku) => ({ skuId: sku.skuId, ...sku.fields, priceTiers: sku.tiers })),
    images: liveImages(state),
    ...lockedNames(state.locks),
    ...(portable ? {} : storedFields(rows[index] ?? {})),
  }));
}

/** What the user holds against syncs is told where there is any. */
function lockedNames(locks: FieldLocks | null): { readonly lockedFields?: readonly string[] } {
  return locks === null ? {} : { lockedFields: Object.keys(locks).toSorted() };
}

function storedFields(row: Row): Record<string, unknown> {
  return {
    id: row['id'], syncStatus: row['sync_status'], delistedAt: row['delisted_at'], delistedEvidence: row['delisted_evidence'], firstObservedAt: row['first_observed_at'],
    lastSyncedAt: row['last_synced_at'], createdAt: row['created_at'], updatedAt: row['updated_at'],
  };
}

type SupplierFields = Record<string, FieldValue>;

async function suppliersById(client: pg.ClientBase, schema: string, ids: readonly (string | null)[]): Promise<Map<string, SupplierFields>> {
  const known = [...new Set(ids.filter((id) => id !== null))];
  if (known.length === 0) return new Map();
  const { rows } = await client.query<Row>(`select * from ${quoteName(schema)}.suppliers where id = any($1)`, [known]);
  const aliases = await aliasesById(client, schema, known);
  return new Map(rows.map((row) => [String(row['id']), supplierFields(row, aliases)]));
}

async function aliasesById(client: pg.ClientBase, schema: string, ids: readonly unknown[]): Promise<Map<string, FieldValue[]>> {
  const { rows } = await client.query<{ supplier_id: string; kind: string; value: string }>(
    `select supplier_id, kind, value from ${quoteName(schema)}.supplier_aliases where supplier_id = any($1) order by kind collate "C", value collate "C"`, [ids]);
  const grouped = Map.groupBy(rows, (row) => row.supplier_id);
  return new Map([...grouped].map(([id, group]) => [id, group.map(({ kind, value }) => ({ kind, value }))]));
}

function supplierFields(row: Row, aliases: ReadonlyMap<string, FieldValue[]>): SupplierFields {
  return { sourceId: String(row['source_id']), ...fieldsOfRow(supplierColumns, row), aliases: aliases.get(String(row['id'])) ?? [] };
}

async function supplierRecords({ client, schema, rows, portable }: Page): Promise<ExportRecord[]> {
  const aliases = await aliasesById(client, schema, rows.map((row) => row['id']));
  return rows.map((row) => ({
    entity: 'supplier',
    ...supplierFields(row, aliases),
    ...(portable ? {} : { id: row['id'], observedAt: row['observed_at'], createdAt: row['created_at'], updatedAt: row['updated_at'] }),
  }));
}

/** What was downloaded is part of a store; when and after how many attempts is not. */
function imageRecord(row: Row, portable: boolean): ExportRecord {
  return {
    entity: 'image',
    offerId: row['offer_id'], role: row['role'], position: row['position'], url: row['url'], canonicalUrl: row['canonical_url'],
    state: row['state'], sha256: row['sha256'],
    ...(portable ? {} : {
      id: row['id'], attempts: row['attempts'], errorCode: row['error_code'], errorMessage: row['error_message'], etag: row['etag'],
      fetchedAt: row['fetched_at'], createdAt: row['created_at'], updatedAt: row['updated_at'],
    }),
  };
}

function historyRecord(row: Row, portable: boolean): ExportRecord {
  return {
    entity: 'history',
    offerId: row['offer_id'], skuId: row['sku_source_id'], field: row['field'], value: row['value'],
    ...(portable ? {} : { id: row['id'], validFrom: row['valid_from'], validTo: row['valid_to'], syncRecordId: row['sync_record_id'] }),
  };
}
