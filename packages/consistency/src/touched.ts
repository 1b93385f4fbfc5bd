import type { CheckContext } from './check.ts';
import type { Sql } from './session.ts';

/** The condition that the row `t` of a table was made or changed since the time that a check looks back to. A table that keeps no such time is looked at whole. */
export function touched({ session, catalog, since }: CheckContext, table: string): Sql {
  const columns = catalog.tables.get(table)?.columns;
  const column = ['updated_at', 'created_at'].find((name) => columns?.has(name));
  return since === null || column === undefined ? session.sql('true') : session.sql('? >= ?', [session.column(column), since]);
}
