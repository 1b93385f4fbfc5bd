import type { Migration } from '../migration.ts';

/** What full scans of a scope found, and fields that the user holds against every sync. */
export const delisting: Migration = {
  name: '0004-delisting',
  up: `
alter table :schema:.products add column field_locks jsonb;
comment on column :schema:.products.field_locks is 'Fields that syncs must not change: name → since when, and what the source said of it last; null for nearly all products';
comment on column :schema:.products.delisted_evidence is 'Why the offer counts as delisted (下架): a status that was told, or the completed full scans that missed it';

create table :schema:.full_scans (
  sync_record_id bigint primary key references :schema:.sync_records (id) on delete cascade,
  scope text not null,
  observed_at timestamptz not null,
  member_count bigint not null,
  missed_count bigint not null,
  delisted_count bigint not null,
  allowed boolean not null,
  created_at timestamptz not null default now()
);
create index full_scans_scope on :schema:.full_scans (scope, observed_at);
comment on table :schema:.full_scans is 'Completed full scans that count as proof: one row is one generation of its scope';
comment on column :schema:.full_scans.allowed is 'True when the user let it pass although it missed more than the guard allows';
`,
  down: `
drop table :schema:.full_scans;
alter table :schema:.products drop column field_locks;
`,
};
