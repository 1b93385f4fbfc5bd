/**
 * The storage port. A third party implements `StorageBackend` and runs `storageContract` from `@1688/storage/contract`;
 * everything a sentence here promises is one case there.
 */

/** What may be stored: text (as UTF-8), bytes, or a stream of bytes that is read once. */
export type StorageBody = string | Uint8Array | AsyncIterable<Uint8Array>;

/** One stored object. */
export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** Changes whenever the bytes change, where the backend has such a mark. */
  readonly etag?: string;
  readonly contentType?: string;
}

export interface PutOptions {
  /** Length of the body; a body of another length is refused with STORAGE_CORRUPT and nothing is stored. */
  readonly sizeBytes?: number;
  /** Lower-case hexadecimal SHA-256 of the body; other bytes are refused with STORAGE_CORRUPT and nothing is stored. */
  readonly sha256?: string;
  readonly contentType?: string;
  /** True: an object that exists is kept, and the put throws STORAGE_CONFLICT. Needs the capability `conditionalPut`, else STORAGE_UNSUPPORTED. */
  readonly ifAbsent?: boolean;
  readonly signal?: AbortSignal;
}

export interface GetOptions {
  /**
   * First and last byte, both included, from 0; an `end` beyond the last byte is cut there. Needs the capability `range`, else
   * STORAGE_UNSUPPORTED. A range that begins after the last byte, or ends before its start, is refused with ARGUMENT_INVALID.
   */
  readonly range?: { readonly start: number; readonly end?: number };
  readonly signal?: AbortSignal;
}

export interface GetResult {
  /** The whole object's facts, also for a range. */
  readonly object: StoredObject;
  /** Reads lazily and once; breaking off the loop frees what it holds, and a body that is never read should hold nothing. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ListOptions {
  /** Only keys greater than this one, in UTF-8 byte order. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

/** What a backend can do, as data; a caller adapts to it instead of trying. */
export interface StorageCapabilities {
  /** A reader sees the old object or the new one, never a part; a failed put leaves the old one. */
  readonly atomicPut: boolean;
  readonly conditionalPut: boolean;
  readonly range: boolean;
  /** The backend compares `sha256` itself before the object becomes visible. */
  readonly checksumOnWrite: boolean;
  readonly signedUrl: boolean;
  readonly copy: boolean;
  /** Largest object in bytes, or null when the backend sets no limit. */
  readonly maxObjectBytes: number | null;
}

/**
 * A place for objects under keys: a directory, a bucket, memory, or what you write. `checkKey` says which keys there are; every
 * method refuses others with STORAGE_KEY, and each signal that is aborted ends its call with ABORTED. A backend may refuse a key
 * with STORAGE_KEY when another object's key is a folder of it, or it of another's (`a` and `a/b`). Failures are `SyncError`s;
 * what a body throws is passed on as it is.
 */
export interface StorageBackend {
  /** A short name for messages: 'memory', 'file', 's3'. */
  readonly name: string;
  readonly capabilities: StorageCapabilities;

  /** Stores the whole body or nothing, durably when it returns. A second put replaces the first. Bytes are the caller's again afterwards. */
  put(key: string, body: StorageBody, options?: PutOptions): Promise<StoredObject>;
  /** @throws STORAGE_OBJECT_MISSING when nothing is stored under the key */
  get(key: string, options?: GetOptions): Promise<GetResult>;
  /** Null only for a definite absence: no access or no answer throws. */
  head(key: string, options?: { readonly signal?: AbortSignal }): Promise<StoredObject | null>;
  /** Deletes this key alone; deleting what is absent is no error. */
  delete(key: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Every object whose key begins with `prefix` (which may end within a name), each once, in UTF-8 byte order of the keys, without
   * holding them all. What is put or deleted meanwhile may be in it or not; the others are.
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<StoredObject>;

  /** Present exactly when `capabilities.signedUrl`: an address that reads the object for `expiresInSeconds`. */
  signedUrl?(key: string, options: { readonly expiresInSeconds: number }): Promise<string>;
  /** An address that reads the object without a signature, where the place is public. */
  publicUrl?(key: string): string;
  /**
   * Present exactly when `capabilities.copy`: copies inside the backend without moving bytes through this process.
   * @throws STORAGE_OBJECT_MISSING when nothing is stored under `from`
   */
  copy?(from: string, to: string, options?: { readonly signal?: AbortSignal }): Promise<StoredObject>;
  close?(): Promise<void>;
}
