import type { Database } from '@1688/db';
import type { StorageBackend } from '@1688/storage';
import type { SpareStore } from './spare.ts';

/** What is looked at: one schema of a database, and the store of its pictures. */
export interface ConsistencyTarget {
  readonly db: Database;
  readonly schema: string;
  readonly files: StorageBackend;
  /** Where lost pictures are looked for first, in this order. Default: nowhere, they are fetched from their source. */
  readonly spares?: readonly SpareStore[];
}
