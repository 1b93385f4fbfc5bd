import { quoteName } from '@1688/db';
import type { Catalog, Column } from './catalog.ts';
import type { Chunking, ManifestColumn, ManifestTable } from './manifest.ts';
import type { Session } from './session.ts';
import { typeKey, type Definitions } from './definitions.ts';

/** A table as its rows are read and written. */
export interface RowSource {
  readonly name: string;
  readonly columns: readonly ManifestColumn[];
  readonly key: readonly string[];
  readonly estimatedRows: number;
  /** Whether the first key column is a whole number. */
  readonly integerKey: boolean;
  /** Key columns whose order depends on a collation. */
  readonly collatedKey: readonly string[];
}

/** Every table of the schema that holds rows itself, with the key columns first and without generated columns. */
export function rowSources({ relations, columns, constraints }: Catalog, { types }: Definitions): RowSource[] {
  return relations.filter((each) => each.kind === 'r').map((relation) => {
    const own = columns.filter((each) => each.table === relation.oid && each.generated === '');
    const primary = constraints.find((each) => each.table === relation.oid && each.kind === 'p') ?? inheritedKey(relation.partitionOf, constraints);
    const key = keyColumns(primary, columns).flatMap((name) => own.find((each) => each.name === name) ?? []);
    const ordered = [...key, ...own.filter((each) => !key.includes(each))];
    return {
      name: relation.name,
      columns: ordered.map((each) => ({ name: each.name, type: types.get(typeKey(each.typeOid, each.typeModifier)) ?? '' })),
      key: key.map((each) => each.name),
      estimatedRows: relation.estimatedRows,
      integerKey: key[0]?.integer ?? false,
      collatedKey: key.filter((each) => each.collatable).map((each) => each.name),
    };
  });
}

type KeyConstraint = Catalog['constraints'][number];

function inheritedKey(parent: number | null, constraints: readonly KeyConstraint[]): KeyConstraint | undefined {
  return parent === null ? undefined : constraints.find((each) => each.table === parent && each.kind === 'p');
}

function keyColumns(primary: KeyConstraint | undefined, columns: readonly Column[]): string[] {
  return (primary?.columns ?? []).flatMap((number) => columns.find((each) => each.table === primary?.table && each.number === number)?.name ?? []);
}

/** The statement that gives the rows in an order that every server agrees on. */
export function copyOutSql(schema: string, source: Pick<RowSource, 'name' | 'columns' | 'key' | 'collatedKey'>): string {
  const table = `${quoteName(schema)}.${quoteName(source.name)}`;
  const columns = source.columns.map((each) => quoteName(each.name)).join(', ');
  const order = source.key.map((name) => `${quoteName(name)}${source.collatedKey.includes(name) ? ' collate pg_catalog."C"' : ''}`);
  return `copy (select ${columns} from only ${table}${order.length > 0 ? ` order by ${order.join(', ')}` : ''}) to stdout`;
}

/** The rows as they lie, which costs less than any order. */
export function plainCopyOutSql(schema: string, table: Pick<ManifestTable, 'name' | 'columns'>): string {
  return `copy ${withColumns(schema, table)} to stdout`;
}

/** For a table that was emptied in the same transaction. */
export function copyInSql(schema: string, table: Pick<ManifestTable, 'name' | 'columns'>): string {
  return `copy ${withColumns(schema, table)} from stdin (freeze)`;
}

function withColumns(schema: string, { name, columns }: Pick<ManifestTable, 'name' | 'columns'>): string {
  const list = columns.length > 0 ? ` (${columns.map((each) => quoteName(each.name)).join(', ')})` : '';
  return `${quoteName(schema)}.${quoteName(name)}${list}`;
}

const wantedBytes = 384 * 1024;

/** How to cut a table that no earlier backup has cut: into chunks of about 384 KiB, as the first rows predict it. */
export async function chooseChunking(session: Session, schema: string, source: RowSource): Promise<Chunking> {
  const table = `${quoteName(schema)}.${quoteName(source.name)}`;
  const [sample] = await session.query<{ bytes: number; rows: number }>(
    `select coalesce(sum(octet_length(t::text)), 0)::float8 as bytes, count(*)::int as rows from (select * from only ${table} limit 500) as t`);
  const rows = Math.min(Math.max(Math.round(wantedBytes / Math.max((sample?.bytes ?? 0) / Math.max(sample?.rows ?? 0, 1), 40)), 16), 16_384);
  const [first] = source.key;
  if (!source.integerKey || first === undefined) return { kind: 'content', rows };
  const [span] = await session.query<{ width: number | null; rows: number }>(
    // Counted, not estimated: borders are kept for ever, and a table that was never analyzed has no estimate.
    `select max(${quoteName(first)})::float8 - min(${quoteName(first)})::float8 + 1 as width, count(*)::float8 as rows from only ${table}`);
  const density = (span?.rows ?? 0) / (span?.width ?? 1);
  // Ids with wide gaps would make chunks of one row each.
  if (span?.width && density < 1 / 16) return { kind: 'content', rows };
  const shift = Math.round(Math.log2(rows / Math.max(density, 1 / 16)));
  return { kind: 'range', shift: Math.min(Math.max(shift, 0), 20) };
}
