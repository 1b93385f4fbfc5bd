import type { Migration } from '../migration.ts';

/** Things that a check would have deleted: each must have been seen some time before, so that a passing state deletes nothing. */
export const sightings: Migration = {
  name: '0008-sightings',
  up: `
create table :schema:.consistency_sightings (
  check_id text not null,
  thing text collate "C" not null,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (check_id, thing)
);
comment on table :schema:.consistency_sightings is 'Files that no row knows, until they are gone or known: a fix takes only those that were seen a while ago';
`,
  down: `
drop table :schema:.consistency_sightings;
`,
};
