import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { quoteName } from '@1688/db';
import { createHash } from 'node:crypto';
import { readCatalog } from './catalog.ts';
import { byWorkers } from './in-parallel.ts';
import { readList } from './json-list.ts';
import type { ChunkEntry, Manifest, ManifestTable } from './manifest.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Session } from './session.ts';
import { copyInSql, copyOutSql, plainCopyOutSql } from './table-rows.ts';

export interface LoadTablesOptions {
  readonly manifest: Manifest;
  readonly schema: string;
  readonly reader: ObjectReader;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: FlowOptions['onProgress'] | undefined;
}

/**
 * Fills the empty tables, the largest first. What really lies in them then `compareRows` proves.
 * @throws RESTORE_TARGET when rows are missing, BACKUP_DAMAGED, ABORTED
 */
export async function loadTables(sessions: readonly Session[], tables: readonly ManifestTable[], options: LoadTablesOptions): Promise<void> {
  const { manifest, onProgress } = options;
  const total = manifest.stats.rows;
  let done = 0;
  await byWorkers(tables.toSorted((a, b) => b.rawBytes - a.rawBytes), sessions.length, (table, worker) => loadTable(sessions[worker] as Session, table, options, (count) => {
    done += count;
    onProgress?.({ done, total, unit: 'rows', note: table.name });
  }));
}

/** Emptied in the same transaction, so that rows can come in as old ones that everybody sees: nobody has to touch them again to find that out. */
async function loadTable(session: Session, table: ManifestTable, { schema, reader, signal }: LoadTablesOptions, onRows: (rows: number) => void): Promise<void> {
  await session.query(`begin; truncate only ${quoteName(schema)}.${quoteName(table.name)}`);
  const rows = await session.copyIn(copyInSql(schema, table), chunkBytes(reader, table, signal, onRows));
  if (rows !== table.rows) throw differs(table, `${rows} rows were loaded`);
  await session.query('commit');
}

async function* chunkBytes(reader: ObjectReader, table: ManifestTable, signal: AbortSignal | undefined, onRows: (rows: number) => void): AsyncIterable<Uint8Array> {
  for await (const { id, rows } of readList<ChunkEntry>(reader, table.chunkList)) {
    throwIfAborted(signal, 'The restore');
    yield await reader.read(id);
    onRows(rows);
  }
}

/**
 * Reads a table as the backup read it: the same text must come out. Rows lie in the order in which they came; only where that is not so
 * they are put in order.
 * @throws RESTORE_TARGET, ABORTED
 */
export async function compareRows(session: Session, table: ManifestTable, { schema, signal }: LoadTablesOptions): Promise<void> {
  throwIfAborted(signal, 'The restore');
  // As the backup read them: with nothing but pg_catalog in the path, on which the text of some values depends.
  await session.query('begin; set local search_path = pg_catalog');
  const isSame = (await hashOf(session, plainCopyOutSql(schema, table))) === table.sha256 || (await hashOf(session, await orderedSql(session, table, schema))) === table.sha256;
  await session.query('commit');
  if (!isSame) throw differs(table, 'its rows read back as another text');
}

async function hashOf(session: Session, sql: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of session.copyOut(sql)) hash.update(piece);
  return hash.digest('hex');
}

async function orderedSql(session: Session, table: ManifestTable, schema: string): Promise<string> {
  const catalog = await readCatalog(session, schema);
  const oid = catalog?.relations.find((each) => each.name === table.name)?.oid;
  const collatedKey = table.key.filter((name) => catalog?.columns.some((each) => each.table === oid && each.name === name && each.collatable));
  return copyOutSql(schema, { ...table, collatedKey });
}

function differs(table: ManifestTable, received: string): SyncError {
  return new SyncError('RESTORE_TARGET', `Expected the restored table ${table.name} to have the ${table.rows} rows of the backup, received a difference: ${received}.`, {
    hint: 'The live data was not touched. Restore into a database with the same encoding and extensions.',
  });
}
