/** Name that needs quoting everywhere. */
export const foreignSchema = 'Shop "甲"';

/** A schema that is none of ours, with one of everything that a restore must bring back. `:s:` is its quoted name. */
export const foreignSchemaSql = `
create schema :s:;
comment on schema :s: is '别人的表';
create type :s:.colour as enum ('红', '蓝''s', 'green');
create domain :s:.price as numeric(12,2) constraint positive check (value >= 0);
create type :s:.size as (width integer, height integer);
create sequence :s:.receipt as integer start with 7 increment by 3 cache 5 cycle maxvalue 1000;
create function :s:.shout(input text) returns text language sql immutable strict return pg_catalog.upper(input) || '!';
create table :s:.customers (
  id serial primary key,
  name text collate "C" not null,
  "E-Mail" text unique,
  loud text generated always as (:s:.shout(name)) stored,
  parent_id integer references :s:.customers (id) deferrable initially deferred,
  number integer not null default nextval(':s:.receipt'::regclass),
  created_at timestamptz not null default '2026-01-02 03:04:05+00'
);
create table :s:.orders (
  region text not null,
  id bigint generated always as identity (start with 100 increment by 10),
  customer_id integer not null references :s:.customers,
  colour :s:.colour default '红'::":colour:".colour,
  total :s:.price,
  box :s:.size,
  tags text[],
  note json,
  picture_key text,
  primary key (region, id),
  constraint "total or note" check (total is not null or note is not null)
);
create index orders_shout on :s:.orders (:s:.shout(region)) where total > 10;
create index orders_tags on :s:.orders using gin (tags);
create table :s:.log (at timestamptz not null, message text) partition by range (at);
create table :s:.log_2025 partition of :s:.log for values from ('2025-01-01') to ('2026-01-01');
create table :s:.log_rest partition of :s:.log default;
create index log_at on :s:.log (at);
create unlogged table :s:.scratch (line text) with (fillfactor = 70);
alter table :s:.scratch alter column line set storage external;
create table :s:.palette (colour :s:.colour primary key, hex varchar(7));
create view :s:.rich as select c.id, c.name, sum(o.total) as total from :s:.customers c join :s:.orders o on o.customer_id = c.id group by c.id;
create materialized view :s:.totals as select region, count(*) as orders from :s:.orders group by region;
create unique index totals_region on :s:.totals (region);
create function :s:.total_of(customer integer) returns numeric language sql stable begin atomic select r.total from :s:.rich r where r.id = customer; end;
create function :s:.stamp() returns trigger language plpgsql as $f$ begin new.created_at := '2026-02-02 00:00:00+00'; return new; end $f$;
create trigger stamp before update on :s:.customers for each row execute function :s:.stamp();
create trigger stamp_off before insert on :s:.customers for each row execute function :s:.stamp();
alter table :s:.customers disable trigger stamp_off;
create procedure :s:.clear_log() language plpgsql as $$ begin delete from log; end $$;
comment on table :s:.customers is 'it''s \\ the customers';
comment on column :s:.customers."E-Mail" is '邮箱';
comment on function :s:.shout(text) is 'loud';
insert into :s:.customers (name, "E-Mail", parent_id) values ('王小明', 'a@b', null), ('tab	and \\ backslash', null, 1), ('', '', 1);
insert into :s:.orders (region, customer_id, total, box, tags, note) values
  ('华东', 1, 12.50, row(1, null), array['x', null, ''], '{"a" : 1.0}'), ('华南', 2, null, null, '{}', '[1.10]');
insert into :s:.log values ('2025-06-01', 'old'), ('2026-06-01', 'new');
insert into :s:.palette values ('green', '#0f0'), ('红', '#f00');
insert into :s:.scratch values ('second'), ('first'), (null), ('second');
refresh materialized view :s:.totals;
`.replaceAll(':s:', '"Shop ""甲"""').replaceAll('":colour:"', '"Shop ""甲"""');
