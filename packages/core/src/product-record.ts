import type { ProductUpdate } from './product.ts';

/** Which kind of document a record came from; each kind of one offer is compared only with its own last one. */
export const recordKinds = ['list', 'detail', 'message'] as const;
export type RecordKind = (typeof recordKinds)[number];

/** Where in the input a record stood. */
export interface RecordPosition {
  /** 1-based line of the input where the record begins, or null for one document. */
  readonly line: number | null;
  /** 1-based number of the record in the input. */
  readonly record: number;
  /** JSON pointer (RFC 6901) of the record inside the document, '' for the whole. */
  readonly pointer: string;
}

/** One product as one document told it: what a profile makes and an import takes. */
export interface ProductRecord {
  /** A whole `Product`; only a record of kind `message` may lack the title, and then says nothing about an offer that is not known yet. */
  readonly product: ProductUpdate;
  readonly kind: RecordKind;
  readonly profile: string;
  readonly mapperVersion: number;
  /** When the source was seen, if the record itself says so. */
  readonly observedAt: Date | null;
  /** The record as received, as JSON text (a table row as an object by its headers). */
  readonly document: string;
  readonly position: RecordPosition;
  /** How the input was read (`json`, `jsonl`, `csv`, `tsv`, `xlsx`), where a profile may map the same document differently. */
  readonly format?: string | undefined;
}

/** A record that could not become a product, kept whole so that it can be mended and read again. */
export interface RejectedRecord {
  readonly document: string;
  readonly profile: string | null;
  readonly position: RecordPosition;
  /** The field at fault, as the source spells it, or null. */
  readonly field: string | null;
}
