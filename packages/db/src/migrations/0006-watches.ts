import type { Migration } from '../migration.ts';

/** Watches over the change feed, and their alerts until somebody has got them. */
export const watches: Migration = {
  name: '0006-watches',
  up: `
create table :schema:.watches (
  id text primary key check (id <> ''),
  definition jsonb,
  seq bigint not null,
  muted_until timestamptz,
  sink_key text,
  failures integer not null default 0,
  retry_at timestamptz,
  last_error text,
  last_message_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table :schema:.watches is 'One filter over the change feed with a sink; definition is null for one that stands in the configuration file';
comment on column :schema:.watches.seq is 'The last entry of the feed that was looked at; moves in the transaction that queues its alerts';
comment on column :schema:.watches.definition is 'Holds the address and the secret of the sink';

create table :schema:.watch_alerts (
  id text primary key,
  watch_id text not null references :schema:.watches (id) on delete cascade,
  seq bigint not null,
  offer_id text not null,
  sync_record_id bigint,
  state text not null check (state in ('held', 'queued', 'sent', 'dead', 'dropped')),
  alert jsonb not null,
  message_id text,
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  queued_at timestamptz,
  sent_at timestamptz
);
create index watch_alerts_open on :schema:.watch_alerts (watch_id, state, seq) where state in ('held', 'queued', 'dead');
create index watch_alerts_watch on :schema:.watch_alerts (watch_id);
comment on column :schema:.watch_alerts.state is 'held until the run of its change has ended whole; dead after days in which the sink took nothing; dropped when its run failed and nothing confirmed it';
comment on column :schema:.watch_alerts.checked_at is 'Of one whose run failed: runs that ended until then did not see its offer';
comment on column :schema:.watch_alerts.message_id is 'Alerts that go out together: fixed before the first attempt, so that each attempt sends the same';
`,
  down: `
drop table :schema:.watch_alerts;
drop table :schema:.watches;
`,
};
