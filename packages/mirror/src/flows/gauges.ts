import { jobRecords } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';

interface Pool {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

/** What is so at this moment, by the names that monitoring gets. While the database is away, only what is known without it. */
export async function gauges({ db }: Pick<Mirror, 'db'>): Promise<Readonly<Record<string, number>>> {
  const pool = (db.knex.client as { readonly pool: Pool }).pool;
  const known = {
    database_pool_used: pool.numUsed(), database_pool_idle: pool.numFree(), database_pool_waiting: pool.numPendingAcquires(),
    process_resident_memory_bytes: process.memoryUsage.rss(), process_uptime_seconds: Math.round(process.uptime()),
  };
  try {
    const { queued, running } = await jobRecords(db).counts();
    return { ...known, database_up: 1, jobs_queued: queued, jobs_running: running };
  } catch {
    return { ...known, database_up: 0 }; // which is what monitoring wants to hear
  }
}
