import type { SyncError } from './error.ts';

/** One of many: done, or failed without stopping the others. */
export type Outcome<Value, Item = unknown> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly item: Item; readonly error: SyncError };

/** How far a long piece of work is. `total` is absent while it is not known. */
export interface Progress {
  readonly done: number;
  readonly total?: number;
  /** What is being worked on: 'rows', 'images', 'bytes', 'tables'. */
  readonly unit?: string;
  readonly note?: string;
}

/** Options that every flow takes. */
export interface FlowOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}
