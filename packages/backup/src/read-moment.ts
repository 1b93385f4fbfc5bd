import { SyncError } from '@1688/core';
import { quoteName } from '@1688/db';
import { referenceList, type ListedFiles } from './backup-files.ts';
import type { CreateBackupOptions } from './create-backup.ts';
import { readDefinitions } from './definitions.ts';
import { dumpTables } from './dump-tables.ts';
import { fileSource } from './file-references.ts';
import type { Manifest, ManifestSchema, ManifestSequence } from './manifest.ts';
import type { ObjectReader } from './object-reader.ts';
import type { ObjectWriter } from './object-writer.ts';
import { schemaStatements } from './schema-statements.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';
import { rowSources } from './table-rows.ts';
import type { BackupTarget } from './target.ts';

/** What the rows of the moment are stored with. */
export interface MomentTools {
  readonly writer: ObjectWriter;
  readonly reader: ObjectReader;
  readonly parent: Manifest | null;
  /** True: a lease of this run stands in the schema. */
  readonly leased: boolean;
}

type Contents = Pick<Manifest, 'engine' | 'snapshot' | 'store' | 'schema' | 'includes' | 'tables' | 'sequences'>;

/** All that is read inside the snapshot. It ends before files are copied, so that vacuum is not held up by a first copy of terabytes. */
export async function readMoment(target: BackupTarget, options: CreateBackupOptions, { writer, reader, parent, leased }: MomentTools): Promise<{ contents: Contents; files: ListedFiles }> {
  const { db, schema } = target;
  const { readers = 2, only, tables = (only?.includes('db') ?? true) ? undefined : [], signal } = options;
  await using snapshot = await openSnapshot(db, schema, readers, signal);
  const { catalog, leader, engine, moment } = snapshot;
  const source = fileSource(catalog, options.fileReferences);
  const store = await readStoreRow(snapshot);
  const migrations = await readMigrations(snapshot, store !== null);
  const files = await referenceList(source, leader, target.files, writer);
  const extensions = await leader.query<ManifestSchema['extensions'][number]>(
    'select e.extname as name, e.extversion as version, n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by 1');
  const definitions = await readDefinitions(leader, catalog);
  const sources = rowSources(catalog, definitions);
  checkTables(tables, sources.map((each) => each.name), schema);
  const dumped = await dumpTables(snapshot, sources, {
    schema, writer, reader, readers, signal, onProgress: options.onProgress, parent,
    // A lease is this very run's own, not data.
    includes: (name) => (tables === undefined || tables.includes(name)) && !(leased && name === 'backup_leases'),
  });
  const contents = {
    engine, snapshot: moment, store, includes: tables ? [...tables] : null, tables: dumped, sequences: await readSequences(snapshot),
    schema: { name: schema, comment: catalog.comment, ...schemaStatements(catalog, definitions), omitted: catalog.omitted, extensions, migrations },
  };
  return { contents, files };
}

function checkTables(wanted: readonly string[] | undefined, known: readonly string[], schema: string): void {
  const stranger = wanted?.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new SyncError('ARGUMENT_INVALID', `Expected tables of ${schema}, received ${stranger}, which it lacks.`);
}

/** Read last: a sequence shows its newest value to everybody, so it is never behind the rows. */
async function readSequences({ leader, catalog }: Snapshot): Promise<ManifestSequence[]> {
  const values: ManifestSequence[] = [];
  for (const { name } of catalog.sequences) {
    const [row] = await leader.query<{ last: string; called: boolean }>(`select last_value::text as last, is_called as called from ${quoteName(catalog.name)}.${quoteName(name)}`);
    if (row) values.push({ name, lastValue: row.last, isCalled: row.called });
  }
  return values;
}

async function readStoreRow({ leader, catalog }: Snapshot): Promise<Manifest['store']> {
  if (!hasColumns(catalog, 'store', ['id', 'lineage', 'epoch'])) return null;
  const [row] = await leader.query<{ id: string; lineage: string; epoch: string }>(`select id::text, lineage::text, epoch::text from ${quoteName(catalog.name)}.store limit 1`);
  return row ?? null;
}

async function readMigrations({ leader, catalog }: Snapshot, ours: boolean): Promise<ManifestSchema['migrations']> {
  if (!ours || !hasColumns(catalog, 'migrations', ['name', 'checksum', 'applied_at'])) return null;
  return leader.query(`select name, checksum from ${quoteName(catalog.name)}.migrations order by name collate "C"`);
}

function hasColumns({ relations, columns }: Snapshot['catalog'], table: string, names: readonly string[]): boolean {
  const oid = relations.find((each) => each.name === table)?.oid;
  return names.every((name) => columns.some((each) => each.table === oid && each.name === name));
}
