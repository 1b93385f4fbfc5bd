import { simplifiedCharacters, traditionalCharacters } from '@1688/core';
import type { Migration } from '../migration.ts';

/**
 * Search finds traditional characters as simplified ones, Latin words and model codes whole, and what stands beside the title. Measured
 * per title of 31 characters: fold 6 µs, where traditional characters stand 70 µs (`translate` with
 * all of them takes 300 to 600), grams 38 µs. `fold` and `folded_grams` name nothing of this schema, and `grams` and `context_grams` are bound to them when they are made:
 * the schema can be renamed.
 */
export const search: Migration = {
  name: '0002-search',
  up: `
-- Ten grams are kept for each: with 3,000 known ones, any other is in 0.2 % of titles at most.
alter table :schema:.products alter column title_grams set statistics 300;

create or replace function :schema:.fold(input text) returns text
language plpgsql immutable strict parallel safe as $function$
declare
  folded text := lower(normalize(input, NFKC));
  letter text;
begin
  -- Compatibility ideographs become traditional characters only through NFKC.
  if input ~ '[${traditionalCharacters}\\uF900-\\uFAFF]' then
    foreach letter in array array(select distinct met[1] from regexp_matches(folded, '[${traditionalCharacters}]', 'g') met) loop
      folded := replace(folded, letter, substr('${simplifiedCharacters}', strpos('${traditionalCharacters}', letter), 1));
    end loop;
  end if;
  return folded;
end
$function$;
comment on function :schema:.fold(text) is 'The form in which titles and queries are compared: full-width, case and traditional characters folded';

create function :schema:.folded_grams(folded text) returns tsvector
language plpgsql immutable strict parallel safe as $function$
declare
  found text[] := array[]::text[];
  previous text;
  letter text collate "C";
begin
  foreach letter in array string_to_array(folded, null) loop
    -- Letters and digits by their ranges in Unicode, as the locale of a database may not know them.
    if letter >= U&'\\3400' and letter <= U&'\\D7A3' or letter >= 'a' and letter <= 'z' or letter >= '0' and letter <= '9'
      or letter >= U&'\\00C0' and letter < U&'\\2000' or letter >= U&'\\3041' and letter < U&'\\3200' or letter >= U&'\\+020000' then
      found := found || letter;
      if previous is not null then
        found := found || (previous || letter);
      end if;
      previous := letter;
      continue;
    elsif letter > ' ' then
      found := found || letter;
    end if;
    previous := null;
  end loop;
  if folded ~ '[a-z0-9]{3}' then
    found := found || array(select word[1] from regexp_matches(folded, '[a-z0-9]{3,32}', 'g') word);
  end if;
  if folded ~ '[a-z0-9][-._/][a-z0-9]' then
    -- Of two signs it would be a pair that stands nowhere.
    found := found || array(select left(joined, 32) from regexp_matches(folded, '[a-z0-9]+(?:[-._/][a-z0-9]+)+', 'g') code, translate(code[1], '-._/', '') joined where length(joined) > 2);
  end if;
  return array_to_tsvector(found);
end
$function$;
comment on function :schema:.folded_grams(text) is 'Of a folded text: every character, every pair of neighbouring letters or digits, Latin words of three signs and more, model codes without their hyphens';

create or replace function :schema:.grams(input text) returns tsvector
language sql immutable strict parallel safe
return :schema:.folded_grams(:schema:.fold(input));
comment on function :schema:.grams(text) is 'What a title is found by: any substring of letters and digits can be found through its pairs';

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

create function :schema:.folded_words(folded text) returns tsvector
language plpgsql immutable strict parallel safe as $function$
begin
  return array_to_tsvector(array(
    select word from regexp_split_to_table(left(folded, 600), '[][[:space:],;:|/()<>"'' -]+|[、，。；：（）【】《》]+') word where length(word) between 2 and 24 limit 60));
end
$function$;
comment on function :schema:.folded_words(text) is 'Of a folded text: what stands between blanks and punctuation, up to 24 characters each';

create function :schema:.context_grams(category text, attributes jsonb) returns tsvector
language sql immutable parallel safe
return :schema:.folded_words(:schema:.fold(pg_catalog.concat_ws(' ', category, pg_catalog.replace(
  pg_catalog.jsonb_path_query_array(attributes, 'lax $[*].value')::text, '\\', ' '))));
comment on function :schema:.context_grams(text, jsonb) is 'Words of the category and of the values of attributes: what a product is found by beside its title';

create table :schema:.statistics_cache (
  only_row boolean primary key default true check (only_row),
  computed_at timestamptz not null,
  value jsonb not null
);
comment on table :schema:.statistics_cache is 'One row at most: the last figures over a store so large that counting takes a while';
`,
  down: `
alter table :schema:.products alter column title_grams set statistics -1;
drop table :schema:.statistics_cache;
drop function :schema:.context_grams(text, jsonb);
drop function :schema:.folded_words(text);
drop function :schema:.gram_statistics(regclass, text[]);
create or replace function :schema:.grams(input text) returns tsvector
language plpgsql immutable strict parallel safe as $function$
declare
  letters text[] := string_to_array(lower(normalize(input, NFKC)), null);
  pairs text[] := array[]::text[];
  previous text := ' ';
  letter text;
begin
  foreach letter in array letters loop
    if letter > ' ' then
      pairs := pairs || letter;
      if previous > ' ' then
        pairs := pairs || (previous || letter);
      end if;
    end if;
    previous := letter;
  end loop;
  return array_to_tsvector(pairs);
end
$function$;
comment on function :schema:.grams(text) is 'Every character and every pair of neighbouring characters of the folded text: any substring can be found through them';
drop function :schema:.folded_grams(text);
create or replace function :schema:.fold(input text) returns text
language sql immutable strict parallel safe
return pg_catalog.lower(pg_catalog.normalize(input, 'NFKC'));
comment on function :schema:.fold(text) is 'The form in which titles and queries are compared: full-width and case folded';
update :schema:.products set title_grams = :schema:.grams(title) where title_grams is distinct from :schema:.grams(title);
`,
};

/** No column: the server keeps the index right, whoever writes. */
export const searchContext: Migration = {
  name: '0002-search-context',
  mode: 'index',
  up: 'create index products_context on :schema:.products using gin (:schema:.context_grams(category_name, attributes));',
  down: 'drop index :schema:.products_context;',
};

/** Titles that were stored by an older version get the grams of this one. */
export const searchRefill: Migration = {
  name: '0002-search-refill',
  mode: 'batches',
  up: `
with part as (select id from :schema:.products where id > :after: order by id limit :rows:),
  refilled as (
    update :schema:.products p set title_grams = :schema:.grams(p.title) from part
    where p.id = part.id and p.title_grams is distinct from :schema:.grams(p.title))
select max(id) as last from part;
`,
  down: '',
};

/** A supplier's new name counts for all its products at once. */
export const searchSuppliers: Migration = {
  name: '0002-search-suppliers',
  mode: 'index',
  up: 'create index suppliers_name on :schema:.suppliers using gin (:schema:.grams(name));',
  down: 'drop index :schema:.suppliers_name;',
};
