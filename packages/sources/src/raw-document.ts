import type { SyncError } from '@1688/core';

/** One piece of an input as it stands there: a line, a JSON value or a table row. A page holds many records. */
export interface RawText {
  /** The JSON text as received; a table row as an object by its headers. */
  readonly text: string;
  /** 1-based line where it begins. */
  readonly line: number;
  /** JSON pointer of this piece inside the input. */
  readonly pointer: string;
}

/** A piece that was read, before a profile looks at it. */
export interface RawDocument extends RawText {
  /** The parsed value, or undefined beside `failure`. */
  readonly value: unknown;
  /** Why this is no document at all. */
  readonly failure: SyncError | null;
}
