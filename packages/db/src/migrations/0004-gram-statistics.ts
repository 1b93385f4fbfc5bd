import type { Migration } from '../migration.ts';

/** Statistics of grams are read whole, once in a while, where a function gave those of each search. */
export const gramStatistics: Migration = {
  name: '0004-gram-statistics',
  up: `
drop function :schema:.gram_statistics(regclass, text[]);
`,
  down: `
create function :schema:.gram_statistics(relation regclass, wanted text[], out least_share double precision, out grams text[], out shares double precision[])
language plpgsql stable parallel safe as $function$
begin
  -- A function, as planning a query of this view takes longer than running it, and a session keeps the plans of its functions.
  select s.most_common_elem_freqs[cardinality(s.most_common_elem_freqs) - 1],
      (select array_agg(e.gram) from unnest(s.most_common_elems::text::text[]) with ordinality e (gram, place) where e.gram = any(wanted)),
      (select array_agg(s.most_common_elem_freqs[e.place]::double precision) from unnest(s.most_common_elems::text::text[]) with ordinality e (gram, place) where e.gram = any(wanted))
    into least_share, grams, shares
    from pg_stats s join pg_class c on c.relname = s.tablename join pg_namespace n on n.oid = c.relnamespace and n.nspname = s.schemaname
    where c.oid = relation and s.attname = 'title_grams' and s.most_common_elems is not null;
end
$function$;
comment on function :schema:.gram_statistics(regclass, text[]) is 'Shares of titles that hold the wanted grams, of those that the server keeps count of, and the least share that it keeps';
`,
};
