import { SyncError } from '@1688/core';
import type { Database } from './connection.ts';
import { isDriverError, toSyncError } from './database-error.ts';
import { migrations as ours } from './migration-list.ts';
import { appliedMigrations, pendingMigrations, type Queries } from './migration-table.ts';
import type { Migration } from './migration.ts';
import { quoteName } from './quote-name.ts';
import { rowShapes, type RowShape } from './row-shapes.ts';
import { describeSchema, type SchemaPart } from './schema-description.ts';

/** One place where the tables are not what they should be. */
export interface SchemaDifference {
  /** `missing`: the database lacks it · `different`: it is made in another way · `extra`: the database has it, and nobody made it here. */
  readonly problem: 'missing' | 'different' | 'extra';
  /** A `row class` is what the repositories read a table as; the other kinds are compared with what the applied migrations make. */
  readonly kind: SchemaPart['kind'] | 'row class';
  /** `products.title`, `products_price` */
  readonly name: string;
  readonly expected: string | null;
  readonly found: string | null;
}

export interface SchemaCheck {
  readonly differences: readonly SchemaDifference[];
  /** Names of migrations still to be applied; without them row classes may well differ. */
  readonly pending: readonly string[];
  /** How many tables, columns, constraints, indexes and functions were compared. */
  readonly compared: number;
}

/**
 * Compares the tables with the row classes, and with what the applied migrations make of an empty schema: that one is built inside a
 * transaction which is rolled back. Changes nothing.
 * @throws DB_SCHEMA_TOO_NEW, MIGRATE_CHECKSUM, NOT_FOUND when nothing was migrated, DB_PERMISSION for a role that may not create schemas
 */
export async function checkSchema(db: Database, { migrations = ours }: { readonly migrations?: readonly Migration[] } = {}): Promise<SchemaCheck> {
  try {
    await using connection = await db.connect();
    const { client } = connection;
    const applied = await appliedMigrations(client, db.schema);
    if (applied.length === 0) throw new SyncError('NOT_FOUND', `Expected tables in the schema ${db.schema}, found none.`, { hint: 'Run migrate first.' });
    const pending = pendingMigrations(migrations, applied).map((each) => each.name);
    const found = await describeSchema(client, db.schema);
    const expected = await describeFresh(client, migrations.slice(0, applied.length));
    return { differences: [...partDifferences(expected, found), ...rowShapes.flatMap((each) => shapeDifferences(each, found))], pending, compared: found.length };
  } catch (error) {
    throw isDriverError(error) ? toSyncError(error, 'Checking the schema') : error;
  }
}

/** The parts of a schema that has only just been migrated. */
async function describeFresh(client: Queries, migrations: readonly Migration[]): Promise<SchemaPart[]> {
  const schema = `check_${process.pid}_${Date.now().toString(36)}`;
  await client.query('begin');
  try {
    await client.query(`create schema ${quoteName(schema)}`);
    for (const { up, mode } of migrations) if (mode !== 'batches') await client.query(up.replaceAll(':schema:', () => quoteName(schema)));
    return await describeSchema(client, schema);
  } finally {
    await client.query('rollback');
  }
}

/** The table of migrations is nobody's migration. */
const bookkeeping = (part: SchemaPart): boolean => part.name === 'migrations' || part.name.startsWith('migrations.') || part.name === 'migrations_pkey';

function partDifferences(expected: readonly SchemaPart[], found: readonly SchemaPart[]): SchemaDifference[] {
  const keyOf = ({ kind, name }: SchemaPart): string => `${kind} ${name}`;
  const there = new Map(found.map((part) => [keyOf(part), part.definition]));
  const wanted = new Set(expected.map(keyOf));
  const lost = new Set(expected.filter((part) => part.kind === 'table' && !there.has(keyOf(part))).map((part) => part.name));
  const extraTables = new Set(found.filter((part) => part.kind === 'table' && !wanted.has(keyOf(part))).map((part) => part.name));
  // Of a whole table that is gone or strange its columns and constraints need not be told one by one.
  const within = (tables: ReadonlySet<string>, { kind, name }: SchemaPart): boolean => kind !== 'table' && tables.has(name.split('.')[0] ?? '');
  const differing = expected.filter((part) => !within(lost, part)).flatMap((part): SchemaDifference[] => {
    const definition = there.get(keyOf(part));
    if (definition === part.definition) return [];
    return [{ problem: definition === undefined ? 'missing' : 'different', kind: part.kind, name: part.name, expected: part.definition, found: definition ?? null }];
  });
  const extra = found.filter((part) => !wanted.has(keyOf(part)) && !bookkeeping(part) && !within(extraTables, part))
    .map((part): SchemaDifference => ({ problem: 'extra', kind: part.kind, name: part.name, expected: null, found: part.definition }));
  return [...differing, ...extra];
}

function shapeDifferences({ rowClass, table, columns }: RowShape, found: readonly SchemaPart[]): SchemaDifference[] {
  const held = new Map(found.filter((part) => part.kind === 'column' && part.name.startsWith(`${table}.`)).map((part) => [part.name.slice(table.length + 1), part.definition]));
  return Object.entries(columns).flatMap(([column, type]): SchemaDifference[] => {
    const definition = held.get(column);
    const is = definition === undefined ? null : shapeOf(definition);
    if (is === type) return [];
    return [{ problem: is === null ? 'missing' : 'different', kind: 'row class', name: `${table}.${column}`, expected: `${type} (${rowClass})`, found: is }];
  });
}

/** `numeric(14,4) not null default 0` → `numeric`; `text` → `text?` */
function shapeOf(definition: string): string {
  const type = /^(timestamp with time zone|double precision|character varying|\w+)/.exec(definition)?.[0] ?? definition;
  return / not null\b/.test(definition) ? type : `${type}?`;
}
