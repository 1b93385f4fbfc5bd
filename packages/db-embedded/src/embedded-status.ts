import path from 'node:path';
import { majorOf } from './cluster.ts';
import { readLeases } from './lease.ts';
import { findServer } from './server.ts';
import { readRecord } from './server-record.ts';

export interface EmbeddedStatus {
  /** `absent`: no database was made here yet. */
  readonly state: 'absent' | 'stopped' | 'starting' | 'ready' | 'stopping';
  /** PostgreSQL version of the files, or null when absent. */
  readonly major: number | null;
  readonly pid: number | null;
  /** Living processes and handles that use it. */
  readonly users: number;
  /** Null before the first start. */
  readonly logFile: string | null;
}

/** How an embedded database stands; changes nothing, waits for nobody. @throws DB_CORRUPT for a folder that is something else */
export async function embeddedStatus(directory: string): Promise<EmbeddedStatus> {
  const data = path.join(path.resolve(directory), 'data');
  const [major, server, leases, record] = await Promise.all([majorOf(data), findServer(data), readLeases(directory), readRecord(directory)]);
  return { state: server?.state ?? (major === null ? 'absent' : 'stopped'), major, pid: server?.pid ?? null, users: leases.living.length, logFile: record?.logFile ?? null };
}
