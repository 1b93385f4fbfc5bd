import { SyncError } from '@1688/core';
import { quoteName } from '@1688/db';
import { markerKey, type StorageBackend } from '@1688/storage';
import type { Catalog } from './catalog.ts';
import { copyFields, textLines } from './copy-text.ts';
import type { Session } from './session.ts';
import type { FileReferences } from './target.ts';

/** Where a restore keeps files that it replaces, below `files`. */
export const asideFolder = 'before-restore/';

/** A file that should exist; what the database does not tell is null. */
export interface ReferredFile {
  readonly key: string;
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
}

interface ResolvedReference {
  readonly table: string;
  readonly key: string;
  readonly sha256: string | null;
  readonly size: string | null;
  /** Rows in one of these states are known to have no file. */
  readonly state: { readonly column: string; readonly absent: readonly string[] } | null;
}

/** Whether the references tell every SHA-256, so that files need not be read to be recognised. */
export interface FileSource {
  readonly exists: boolean;
  readonly allHashed: boolean;
  /** Sorted by SHA-256 and key where all are hashed, else by key. */
  read(session: Session, files: StorageBackend): AsyncIterable<ReferredFile>;
}

/** @throws ARGUMENT_INVALID for a table or column that the schema lacks */
export function fileSource(catalog: Catalog, given: FileReferences | undefined): FileSource {
  if (given && 'prefix' in given) return { exists: true, allHashed: false, read: (_, files) => underPrefix(files, given.prefix) };
  const references = given ? given.map((each) => resolve(catalog, each.table, each.keyColumn, each.sha256Column, each.sizeColumn)) : detected(catalog);
  if (references.length === 0) return { exists: false, allHashed: true, read: async function* () {} };
  return {
    exists: true,
    allHashed: references.every((each) => each.sha256 !== null),
    read: (session) => fromTables(session, catalog, references),
  };
}

/** The table of @1688/db. */
function detected(catalog: Catalog): ResolvedReference[] {
  const table = catalog.relations.find((each) => each.name === 'image_objects');
  const columns = new Set(catalog.columns.filter((each) => each.table === table?.oid).map((each) => each.name));
  if (!['key', 'sha256', 'size_bytes'].every((name) => columns.has(name))) return [];
  const state = columns.has('state') ? { column: 'state', absent: ['missing', 'deleting'] } : null;
  return [{ ...resolve(catalog, 'image_objects', 'key', 'sha256', 'size_bytes'), state }];
}

function resolve(catalog: Catalog, table: string, key: string, sha256: string | undefined, size: string | undefined): ResolvedReference {
  const relation = catalog.relations.find((each) => each.name === table);
  const lacks = [key, sha256, size].find((name) => name !== undefined && !catalog.columns.some((each) => each.table === relation?.oid && each.name === name));
  if (!relation || lacks !== undefined) {
    throw new SyncError('ARGUMENT_INVALID', `Expected the schema ${catalog.name} to have ${relation ? `a column ${table}.${lacks}` : `a table ${table}`}, received none.`);
  }
  return { table, key, sha256: sha256 ?? null, size: size ?? null, state: null };
}

async function* fromTables(session: Session, { name, relations, columns }: Catalog, references: readonly ResolvedReference[]): AsyncIterable<ReferredFile> {
  const parts = references.map(({ table, key, sha256, size, state }) => {
    const oid = relations.find((each) => each.name === table)?.oid;
    const column = sha256 === null ? undefined : columns.find((each) => each.table === oid && each.name === sha256);
    // text collates, bytea does not
    const hash = sha256 === null ? 'null::text' : column?.collatable ? `lower(${quoteName(sha256)}::text)` : `encode(${quoteName(sha256)}::bytea, 'hex')`;
    const absent = state ? ` and ${quoteName(state.column)} not in (${state.absent.map((each) => `'${each}'`).join(', ')})` : '';
    return `select ${hash} as sha256, ${size === null ? 'null' : quoteName(size)}::int8 as size, ${quoteName(key)}::text as key from ${quoteName(name)}.${quoteName(table)} where ${quoteName(key)} is not null${absent}`;
  });
  const sql = `copy (select sha256, max(size), key from (${parts.join(' union all ')}) as refs group by sha256, key order by sha256 collate "C", key collate "C") to stdout`;
  for await (const line of textLines(session.copyOut(sql))) {
    const [sha256 = null, size = null, key] = copyFields(line);
    yield { key: key ?? '', sha256: sha256 !== null && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null, sizeBytes: size === null ? null : Number(size) };
  }
}

async function* underPrefix(files: StorageBackend, prefix: string): AsyncIterable<ReferredFile> {
  for await (const { key, sizeBytes } of files.list(prefix)) {
    // Who the store is, and what an earlier restore put aside, is no content of it.
    if (key !== markerKey && !key.startsWith(asideFolder)) yield { key, sha256: null, sizeBytes };
  }
}
