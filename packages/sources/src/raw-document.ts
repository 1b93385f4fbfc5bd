import type { SyncError } from '@1688/core';

/** One piece of an input before a profile looks at it: a line, a JSON value or a table row. A page holds many records. */
export interface RawDocument {
  /** The JSON text as received; a table row as an object by its headers. */
  readonly text: string;
  /** The parsed value, or undefined beside `failure`. */
  readonly value: unknown;
  /** Why this is no document at all. */
  readonly failure: SyncError | null;
  /** 1-based line where it begins. */
  readonly line: number;
  /** JSON pointer of this piece inside the input. */
  readonly pointer: string;
}
