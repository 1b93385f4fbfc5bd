import type { Migration } from '../migration.ts';

/** What it takes to replay the documents: how each was read, and when one was told again after others. */
export const explain: Migration = {
  name: '0007-explain',
  up: `
alter table :schema:.payloads add column format text;
comment on column :schema:.payloads.format is 'How the record was read: json, jsonl, csv, tsv or xlsx; null for those of earlier versions and of programs';

create table :schema:.payload_tellings (
  id bigint primary key,
  payload_id bigint not null references :schema:.payloads (id) on delete cascade,
  sync_record_id bigint,
  observed_at timestamptz not null,
  line bigint,
  pointer text not null default '',
  created_at timestamptz not null default now(),
  unique (payload_id, observed_at)
);
comment on table :schema:.payload_tellings is 'A document that was told again after others of its offer; what merely repeats the last one has a sighting alone';
comment on column :schema:.payload_tellings.id is 'From the sequence of payloads.id: both together are the order in which an offer was told of';

alter table :schema:.sync_records drop constraint sync_records_kind_check;
alter table :schema:.sync_records add constraint sync_records_kind_check check (kind in ('import', 'images', 'backup', 'check', 'fix', 'remap', 'revert'));
`,
  down: `
alter table :schema:.sync_records drop constraint sync_records_kind_check;
alter table :schema:.sync_records add constraint sync_records_kind_check check (kind in ('import', 'images', 'backup', 'check', 'fix')) not valid;
drop table :schema:.payload_tellings;
alter table :schema:.payloads drop column format;
`,
};
