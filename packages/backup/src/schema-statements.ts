import { quoteName } from '@1688/db';
import type { Catalog, Column, Relation, Sequence, TypeEntry } from './catalog.ts';
import { typeKey, type Definitions } from './definitions.ts';
import type { SchemaStatement } from './manifest.ts';
import { dependents, inOrder } from './schema-order.ts';

/** The statements that rebuild the schema, split as rows need it: first what they lie in, afterwards what is checked and built over them. */
export function schemaStatements(catalog: Catalog, definitions: Definitions): { preData: SchemaStatement[]; postData: SchemaStatement[] } {
  const { relations, dependencies } = catalog;
  const create = creators(catalog, definitions);
  const nodes = [...catalog.types.map((each) => `type:${each.oid}`), ...relations.map((each) => `relation:${each.oid}`), ...catalog.functions.map((each) => `function:${each.oid}`)];
  const ordered = inOrder(nodes, dependencies);
  // Views may lean on primary keys, which come with the constraints.
  const late = dependents(relations.filter((each) => each.kind === 'v' || each.kind === 'm').map((each) => `relation:${each.oid}`), dependencies);
  const made = (names: readonly string[]): SchemaStatement[] => names.flatMap((node) => create.get(node) ?? []);
  const constraints = constraintStatements(catalog, definitions);
  const indexes = indexStatements(catalog, definitions);
  return {
    preData: [...sequenceStatements(catalog), ...made(ordered.filter((node) => !late.has(node))), ...partitionStatements(catalog, definitions), ...columnStatements(catalog, definitions)],
    postData: [
      ...constraints.filter((each) => each.kind === 'key'), ...indexes.filter((each) => each.kind === 'index'), ...constraints.filter((each) => each.kind === 'check'),
      ...constraints.filter((each) => each.kind === 'foreign key'), ...made(ordered.filter((node) => late.has(node))), ...indexes.filter((each) => each.kind === 'view index'),
      ...triggerStatements(catalog, definitions), ...commentStatements(catalog, definitions),
    ],
  };
}

function creators(catalog: Catalog, definitions: Definitions): Map<string, SchemaStatement> {
  return new Map([
    ...catalog.types.map((each) => [`type:${each.oid}`, statement('type', each.name, typeSql(each, catalog, definitions))] as const),
    ...catalog.relations.map((each) => [`relation:${each.oid}`, relationStatement(each, catalog, definitions)] as const),
    ...catalog.functions.map((each) => [`function:${each.oid}`, statement('function', definitions.signatures.get(each.oid) ?? each.name, definitions.functions.get(each.oid) ?? '')] as const),
  ]);
}

function relationStatement(relation: Relation, catalog: Catalog, definitions: Definitions): SchemaStatement {
  const { name, kind, oid } = relation;
  const body = definitions.views.get(oid)?.replace(/;\s*$/, '') ?? '';
  const options = relation.options?.length ? ` with (${relation.options.map(optionSql).join(', ')})` : '';
  if (kind === 'v') return statement('view', name, `create view ${quoteName(name)}${options} as\n${body}`);
  if (kind === 'm') return statement('materialized view', name, `create materialized view ${quoteName(name)}${options} as\n${body}`);
  const columns = catalog.columns.filter((each) => each.table === oid).map((each) => `  ${columnSql(each, relation, catalog, definitions)}`);
  const partitioned = kind === 'p' ? ` partition by ${definitions.partitionKeys.get(oid)}` : '';
  return statement('table', name, `create ${relation.unlogged ? 'unlogged ' : ''}table ${quoteName(name)} (\n${columns.join(',\n')}\n)${partitioned}${options}`);
}

function columnSql(column: Column, relation: Relation, catalog: Catalog, definitions: Definitions): string {
  const parts = [quoteName(column.name), definitions.types.get(typeKey(column.typeOid, column.typeModifier)) ?? ''];
  if (column.collation !== null) parts.push(`collate ${column.collation}`);
  if (column.notNull) parts.push('not null');
  if (column.generated !== '') parts.push(`generated always as (${expressionOf(column, definitions)}) ${column.generated === 's' ? 'stored' : 'virtual'}`);
  // A partition takes the identity of its parent when it is attached.
  if (column.identity !== '' && relation.partitionOf === null) {
    const sequence = catalog.sequences.find((each) => each.identity && each.ownerTable === relation.oid && each.ownerColumn === column.number);
    const details = sequence ? ` (sequence name ${quoteName(sequence.name)} ${sequenceOptions(sequence)})` : '';
    parts.push(`generated ${column.identity === 'a' ? 'always' : 'by default'} as identity${details}`);
  }
  return parts.join(' ');
}

function expressionOf(column: Column, definitions: Definitions): string {
  return definitions.expressions.get(column.defaultOid ?? -1) ?? '';
}

function typeSql(type: TypeEntry, catalog: Catalog, definitions: Definitions): string {
  const name = quoteName(type.name);
  const format = (oid: number, modifier = -1): string => definitions.types.get(typeKey(oid, modifier)) ?? '';
  if (type.kind === 'e') return `create type ${name} as enum (${(type.labels ?? []).map(literal).join(', ')})`;
  if (type.kind === 'r') return `create type ${name} as range (subtype = ${format(type.subtype ?? 0)}${type.multirange === null ? '' : `, multirange_type_name = ${quoteName(type.multirange)}`})`;
  if (type.kind === 'c') {
    const columns = catalog.columns.filter((each) => each.table === type.relation);
    return `create type ${name} as (${columns.map((each) => `${quoteName(each.name)} ${format(each.typeOid, each.typeModifier)}${each.collation === null ? '' : ` collate ${each.collation}`}`).join(', ')})`;
  }
  const checks = catalog.constraints.filter((each) => each.type === type.oid).map((each) => ` constraint ${quoteName(each.name)} ${definitions.constraints.get(each.oid)}`);
  return `create domain ${name} as ${format(type.baseType, type.baseModifier)}${type.collation === null ? '' : ` collate ${type.collation}`}`
    + `${type.default === null ? '' : ` default ${type.default}`}${type.notNull ? ' not null' : ''}${checks.join('')}`;
}

function sequenceStatements({ sequences }: Catalog): SchemaStatement[] {
  return sequences.filter((each) => !each.identity)
    .map((each) => statement('sequence', each.name, `create sequence ${quoteName(each.name)} as ${each.dataType} ${sequenceOptions(each)}`));
}

function sequenceOptions({ start, increment, min, max, cache, cycle }: Sequence): string {
  return `start with ${start} increment by ${increment} minvalue ${min} maxvalue ${max} cache ${cache}${cycle ? ' cycle' : ''}`;
}

function partitionStatements({ relations }: Catalog, definitions: Definitions): SchemaStatement[] {
  return relations.flatMap((each) => {
    const parent = relations.find((other) => other.oid === each.partitionOf);
    return parent ? [statement('partition', each.name, `alter table only ${quoteName(parent.name)} attach partition ${quoteName(each.name)} ${definitions.partitionBounds.get(each.oid)}`)] : [];
  });
}

/** Defaults, owners of sequences and storage: what may name things that are younger than the table. */
function columnStatements({ relations, columns, sequences }: Catalog, definitions: Definitions): SchemaStatement[] {
  const tableOf = (oid: number | null): Relation | undefined => relations.find((each) => each.oid === oid && each.kind !== 'v' && each.kind !== 'm');
  const storages: Readonly<Record<string, string>> = { p: 'plain', e: 'external', m: 'main', x: 'extended' };
  const changes = columns.flatMap((column) => {
    const table = tableOf(column.table);
    if (!table) return [];
    const alter = (action: string): SchemaStatement => statement('column', `${table.name}.${column.name}`, `alter table only ${quoteName(table.name)} alter column ${quoteName(column.name)} ${action}`);
    return [
      ...(column.defaultOid !== null && column.generated === '' ? [alter(`set default ${expressionOf(column, definitions)}`)] : []),
      ...(column.storage !== null ? [alter(`set storage ${storages[column.storage]}`)] : []),
    ];
  });
  const owners = sequences.flatMap((sequence) => {
    const table = tableOf(sequence.ownerTable);
    const column = columns.find((each) => each.table === sequence.ownerTable && each.number === sequence.ownerColumn);
    return table && column && !sequence.identity ? [statement('sequence owner', sequence.name, `alter sequence ${quoteName(sequence.name)} owned by ${quoteName(table.name)}.${quoteName(column.name)}`)] : [];
  });
  return [...changes, ...owners];
}

function constraintStatements({ constraints, relations }: Catalog, definitions: Definitions): SchemaStatement[] {
  const kinds = { p: 'key', u: 'key', x: 'key', c: 'check', f: 'foreign key' } as const;
  return constraints.flatMap((each) => {
    const table = relations.find((other) => other.oid === each.table);
    if (!table) return [];
    const referred = relations.find((other) => other.oid === each.references);
    const needed = each.kind === 'f' ? [table.name, ...(referred ? [referred.name] : [])] : [];
    return [statement(kinds[each.kind], each.name, `alter table ${quoteName(table.name)} add constraint ${quoteName(each.name)} ${definitions.constraints.get(each.oid)}`, needed)];
  });
}

function indexStatements({ indexes, relations }: Catalog, definitions: Definitions): SchemaStatement[] {
  return indexes.map((each) => {
    const onView = relations.find((other) => other.oid === each.table)?.kind === 'm';
    // PostgreSQL spells the index of a partitioned table without those of its partitions; made without ONLY it makes them too.
    const sql = (definitions.indexes.get(each.oid) ?? '').replace(/^(CREATE (?:UNIQUE )?INDEX (?:"(?:[^"]|"")*"|[^ "]+) ON )ONLY /, '$1');
    return statement(onView ? 'view index' : 'index', each.name, sql);
  });
}

function triggerStatements({ triggers, relations }: Catalog, definitions: Definitions): SchemaStatement[] {
  const states: Readonly<Record<string, string>> = { D: 'disable', R: 'enable replica', A: 'enable always' };
  return triggers.flatMap((each) => {
    const table = quoteName(relations.find((other) => other.oid === each.table)?.name ?? '');
    const state = states[each.enabled];
    return [
      statement('trigger', each.name, definitions.triggers.get(each.oid) ?? ''),
      ...(state ? [statement('trigger state', each.name, `alter table ${table} ${state} trigger ${quoteName(each.name)}`)] : []),
    ];
  });
}

function commentStatements({ relations, columns, functions }: Catalog, definitions: Definitions): SchemaStatement[] {
  const words = { r: 'table', p: 'table', v: 'view', m: 'materialized view' } as const;
  const comments = functions.flatMap((each) => (each.comment === null ? [] : [statement('comment', each.name, `comment on routine ${definitions.signatures.get(each.oid)} is ${literal(each.comment)}`)]));
  return [
    ...relations.flatMap((each) => (each.comment === null ? [] : [statement('comment', each.name, `comment on ${words[each.kind]} ${quoteName(each.name)} is ${literal(each.comment)}`)])),
    ...columns.flatMap((each) => {
      const table = relations.find((other) => other.oid === each.table);
      return table && each.comment !== null ? [statement('comment', `${table.name}.${each.name}`, `comment on column ${quoteName(table.name)}.${quoteName(each.name)} is ${literal(each.comment)}`)] : [];
    }),
    ...relations.flatMap((each) => (each.rowSecurity ? [statement('row security', each.name, `alter table ${quoteName(each.name)} enable row level security`)] : [])),
    ...comments,
  ];
}

function statement(kind: string, name: string, sql: string, tables: readonly string[] = []): SchemaStatement {
  return { kind, name, sql, tables };
}

function optionSql(option: string): string {
  const at = option.indexOf('=');
  return `${quoteName(option.slice(0, at))} = ${literal(option.slice(at + 1))}`;
}

/** A text as SQL writes it where no parameter can stand. */
export function literal(text: string): string {
  return text.includes('\\') ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`;
}
