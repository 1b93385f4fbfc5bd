/** The newest on-disk format this version writes and reads; docs/backup-format.md specifies it. */
export const formatVersion = 1;

/** How a table's rows were cut into chunks, kept from backup to backup so that an unchanged chunk stays the same object. */
export type Chunking =
  /** A new chunk begins where `id >> shift` of the leading integer key changes. */
  | { readonly kind: 'range'; readonly shift: number }
  /** A new chunk begins after about `rows` rows, at a row whose key (or text) says so by its hash. */
  | { readonly kind: 'content'; readonly rows: number };

export interface ManifestColumn {
  readonly name: string;
  /** As PostgreSQL spells it, for readers. */
  readonly type: string;
}

export interface ManifestTable {
  readonly name: string;
  /** In the order of the COPY text: key columns first. Generated columns are absent. */
  readonly columns: readonly ManifestColumn[];
  /** Columns of the primary key; empty when there is none, then rows stand in physical order. */
  readonly key: readonly string[];
  readonly rows: number;
  readonly rawBytes: number;
  /** SHA-256 of the table's whole COPY text, chunk after chunk. */
  readonly sha256: string;
  readonly chunking: Chunking;
  /** Object that lists the objects with the chunk entries, in order; null for an empty table. */
  readonly chunkList: string | null;
  /** False: the structure is kept, the rows are not. */
  readonly included: boolean;
}

export interface ManifestSequence {
  readonly name: string;
  /** Decimal bigint. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** One statement that rebuilds a part of the schema. Names in it are unqualified: it runs with the new schema first in the search path. */
export interface SchemaStatement {
  readonly kind: string;
  readonly name: string;
  readonly sql: string;
  /** Tables without which the statement cannot run. */
  readonly tables: readonly string[];
}

export interface ManifestSchema {
  readonly name: string;
  readonly comment: string | null;
  /** To be run before the rows are loaded, in this order. */
  readonly preData: readonly SchemaStatement[];
  /** To be run after, in this order. */
  readonly postData: readonly SchemaStatement[];
  /** What the schema has and a restore will lack. */
  readonly omitted: readonly { readonly kind: string; readonly name: string }[];
  readonly extensions: readonly { readonly name: string; readonly version: string; readonly schema: string }[];
  /** Migrations of @1688/db that the schema has behind it; null for a foreign schema. */
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[] | null;
}

/** A file that the database refers to and that could not be copied. */
export interface MissingFile {
  readonly key: string;
  readonly sha256: string | null;
  readonly reason: 'missing' | 'corrupt';
}

export interface ManifestFiles {
  /** `reference`: listed, not copied; `none`: the schema refers to no files. */
  readonly mode: 'copy' | 'reference' | 'none';
  readonly total: number;
  readonly bytes: number;
  readonly added: number;
  /** Object that lists the objects with the entries `{"sha256","sizeBytes","key"}`, sorted by SHA-256 and key; null when there are none. */
  readonly list: string | null;
  /** When the stored files were last listed and found in their sizes; later backups trust that for a week. Absent in the oldest manifests. */
  readonly listedAt?: string | null;
  readonly missingCount: number;
  /** The first 1,000. */
  readonly missing: readonly MissingFile[];
}

/** What a backup holds: rows, files, configuration. */
export type BackupPart = 'db' | 'images' | 'config';

export interface Manifest {
  readonly format: number;
  readonly id: string;
  readonly seq: number;
  readonly name: string;
  readonly label: string | null;
  /** Words for people and for retention. Absent in the oldest manifests. */
  readonly tags?: readonly string[];
  /** The parts that were asked for; absent or null: all. */
  readonly only?: readonly BackupPart[] | null;
  /** A word for people; every backup restores alone. */
  readonly kind: 'full' | 'incremental';
  /** `partial`: files were missing, or the lease was lost while copying. */
  readonly status: 'complete' | 'partial';
  readonly reasons: readonly string[];
  readonly parent: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly engine: { readonly version: string; readonly number: number; readonly encoding: string; readonly collation: string };
  readonly snapshot: { readonly takenAt: string; readonly id: string; readonly lsn: string | null };
  readonly store: { readonly id: string; readonly lineage: string; readonly epoch: string } | null;
  readonly schema: ManifestSchema;
  /** Null: all tables. */
  readonly includes: readonly string[] | null;
  readonly tables: readonly ManifestTable[];
  readonly sequences: readonly ManifestSequence[];
  readonly files: ManifestFiles;
  /** `object` holds the configuration as JSON; secrets never stand in it. */
  readonly config: { readonly object: string; readonly secrets: 'excluded' } | null;
  /** Index files that locate the objects of this backup. A newer index may supersede one. */
  readonly indexes: readonly string[];
  readonly stats: { readonly rows: number; readonly chunks: number; readonly chunksNew: number; readonly bytesNew: number; readonly bytesTotal: number; readonly durationMs: number };
  /** How it was verified before this file was written; null = not at all. */
  readonly verified: { readonly level: 'written'; readonly at: string } | null;
}

/** One chunk of a table. */
export interface ChunkEntry {
  readonly id: string;
  readonly rows: number;
  readonly rawLength: number;
  /** COPY text of the first row's key, or '' without a key. */
  readonly first: string;
}

/** One file of a backup. */
export interface FileEntry {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly key: string;
}
