import type { Database } from '@1688/db';
import type { StorageBackend } from '@1688/storage';

/** What is looked at: one schema of a database, and the store of its pictures. */
export interface ConsistencyTarget {
  readonly db: Database;
  readonly schema: string;
  readonly files: StorageBackend;
}
