import type { CatalogTable } from './catalog.ts';
import { joined, type Session, type Sql } from './session.ts';

/** A JSON object of the primary key of the row `t`, values as text; of a table without one the place of the row. */
export function keyOfRow(session: Session, table: CatalogTable): Sql {
  const { primaryKey } = table;
  if (primaryKey.length === 0) return session.sql("jsonb_build_object('ctid', t.ctid::text)");
  const pairs = primaryKey.map((column) => session.sql('?::text, ?::text', [column, session.column(column)]));
  return session.sql('jsonb_build_object(?)', [joined(session, pairs, ', ')]);
}

/** The condition that `t` is the row with this primary key. */
export function isRow(session: Session, key: Readonly<Record<string, string>>): Sql {
  const parts = Object.entries(key).map(([column, value]) => session.sql('? = ?', [session.column(column), value]));
  return joined(session, parts, ' and ');
}

/** The condition that `t` refers to a row that does not exist. */
export function refersToNothing(session: Session, { columns, parentSchema, parent, parentColumns }: ReferenceColumns): Sql {
  const told = columns.map((column) => session.sql('? is not null', [session.column(column)]));
  const equal = columns.map((column, index) => session.sql('? = ?', [session.column(parentColumns[index] ?? column, 'parent'), session.column(column)]));
  return session.sql('? and not exists (select from ? as parent where ?)', [joined(session, told, ' and '), session.named(parent, parentSchema), joined(session, equal, ' and ')]);
}

/** The condition that the row `t` is referred to by nobody, as far as these references tell. */
export function isReferredToByNobody(session: Session, references: readonly (ReferenceColumns & { readonly table: string })[]): Sql {
  if (references.length === 0) return session.sql('true');
  const parts = references.map(({ table, columns, parentColumns }) => {
    const equal = columns.map((column, index) => session.sql('? = ?', [session.column(column, 'child'), session.column(parentColumns[index] ?? column)]));
    return session.sql('not exists (select from ? as child where ?)', [session.named(table), joined(session, equal, ' and ')]);
  });
  return joined(session, parts, ' and ');
}

interface ReferenceColumns {
  readonly columns: readonly string[];
  readonly parentSchema: string;
  readonly parent: string;
  readonly parentColumns: readonly string[];
}
