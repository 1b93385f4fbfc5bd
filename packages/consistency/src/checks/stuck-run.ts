import { lockKey } from '@1688/db';
import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';
import type { Session, Sql } from '../session.ts';

const silentFor = "interval '5 minutes'";

/** True when a session of this database holds the lock of a run's owner. */
function isOwned(session: Session, kind: string, scope: string): Sql {
  return session.sql(
    `exists (select from pg_catalog.pg_locks as l where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
       and (l.classid::bigint << 32 | l.objid::bigint) = ?::bigint)`,
    [lockKey(session.schema, `sync:${kind}:${scope}`)],
  );
}

/** A run that says it is running, gives no sign of life, and whose owner's lock is free: the process died. */
export const stuckRun = defineCheck({
  id: 'stuck-run',
  title: 'Runs that say they are running, but whose process is gone',
  titleZh: '同步记录一直显示运行中，但进程已不存在',
  severity: 'medium',
  kind: 'sql',
  needs: ['sync_records.heartbeat_at', 'sync_records.scope'],
  async *find({ session }) {
    const rows = session.stream<{ id: string; kind: string; scope: string; heartbeat: Date }>(session.sql(
      `select id::text, kind, scope, heartbeat_at as heartbeat from ? where status = 'running' and heartbeat_at < now() - ${silentFor}`,
      [session.named('sync_records')],
    ));
    for await (const { id, kind, scope, heartbeat } of rows) {
      const [owner] = await session.rows<{ alive: boolean }>(session.sql('select ? as alive', [isOwned(session, kind, scope)]));
      if (!owner?.alive) yield fault('sync_records', id, { kind, scope, heartbeatAt: heartbeat.toISOString() }, { key: { id } });
    }
  },
  fix: {
    action: 'interrupt',
    population: 'sync_records',
    steps: [{
      kind: 'row',
      name: 'interrupt',
      values: ({ session }) => ({ status: session.sql("'interrupted'"), finished_at: session.sql('now()') }),
      stillBroken: ({ session }, { facts }) => session.sql(
        `t.status = 'running' and t.heartbeat_at < now() - ${silentFor} and not ?`, [isOwned(session, facts['kind'] ?? '', facts['scope'] ?? '')],
      ),
    }],
    plan: async (_, { key, evidence }) => [rowTarget('interrupt', 'sync_records', key, { kind: String(evidence['kind']), scope: String(evidence['scope']) })],
  },
});
