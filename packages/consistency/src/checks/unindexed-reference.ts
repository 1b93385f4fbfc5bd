import { quoteName } from '@1688/db';
import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { referencesOf } from '../known-model.ts';

/** A foreign key without an index that begins with its columns: each row that its parent loses is looked for in the whole table. */
export const unindexedReference = defineCheck({
  id: 'unindexed-reference',
  title: 'Foreign keys without an index',
  titleZh: '外键没有索引',
  severity: 'low',
  kind: 'sql',
  async *find({ session, catalog }) {
    const indexes = await session.rows<{ table_name: string; columns: string[] }>(session.sql(leadingColumns, [session.schema]));
    for (const { name, table, columns, declared } of referencesOf(catalog)) {
      if (!declared) continue;
      const covered = indexes.some((each) => each.table_name === table && columns.every((column) => each.columns.slice(0, columns.length).includes(column)));
      const names = columns.map(quoteName).join(', ');
      if (!covered) yield fault('foreign keys', `${table}.${name}`, { columns, sql: `create index concurrently on ${session.quoted(table)} (${names})` }, { fixable: false });
    }
  },
});

/** A partial index over what is not null serves a reference as well as a whole one. */
const leadingColumns = `
select c.relname::text as table_name,
  (select array_agg(a.attname::text order by k.place)
   from unnest(i.indkey::int2[]) with ordinality as k (number, place)
   join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
   where k.place <= i.indnkeyatts) as columns
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = ? and i.indisvalid and i.indexprs is null
  and (i.indpred is null or pg_catalog.pg_get_expr(i.indpred, i.indrelid) ~ '^\\([^ ]+ IS NOT NULL\\)$')`;
