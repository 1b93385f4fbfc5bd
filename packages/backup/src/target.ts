import type { Database } from '@1688/db';
import type { StorageBackend } from '@1688/storage';

/** What is backed up and restored: one schema of a database and the files that its rows refer to. */
export interface BackupTarget {
  readonly db: Database;
  readonly schema: string;
  readonly files: StorageBackend;
}

/** Where a table tells the keys of files. */
export interface FileReference {
  readonly table: string;
  /** Column with the key in `files`; rows where it is null refer to nothing. */
  readonly keyColumn: string;
  /** Column with the SHA-256 of the file, as hex text or bytea. Without it every file is read to learn it. */
  readonly sha256Column?: string;
  /** Column with the length in bytes. */
  readonly sizeColumn?: string;
}

/** Tables that tell the keys, or every object of `files` under a prefix ('' = all). An empty list: there are no files. */
export type FileReferences = readonly FileReference[] | { readonly prefix: string };
