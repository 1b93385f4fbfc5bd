import type { Outcome, ProductRecord, RecordKind } from '@1688/core';

/** A document of the vault, with all that its profile needs to map it again. */
export interface KeptDocument {
  /** Of `payloads`. */
  readonly id: string;
  readonly offerId: string;
  readonly kind: RecordKind;
  readonly profile: string;
  /** Of the mapper that mapped it last. */
  readonly mapperVersion: number;
  /** How it was read; null for documents of earlier versions. */
  readonly format: string | null;
  /** Columns that were named by hand, or null. */
  readonly columns: Readonly<Record<string, string>> | null;
  /** The record as received. */
  readonly document: string;
}

/** Where in a document a value stands; `raw` is left out for a list. */
export interface DocumentPlace {
  /** JSON pointer; of a table's row it is `/` and the header. */
  readonly pointer: string;
  readonly raw?: unknown;
}

/** Maps documents again: what `@1688/sources` does, handed in so that the catalogue need not know profiles. */
export interface DocumentMapper {
  /** The present version of a profile's mapper, or null for a profile that is not known (any more). */
  versionOf(profile: string): number | null;
  /** Null for a document that is no product and no mistake. @throws SOURCE_PROFILE for a profile that is not known */
  map(document: KeptDocument): Outcome<Pick<ProductRecord, 'product' | 'kind'>, null> | null;
  /** Field → the places it was made from; null when the document gives no product. @throws like `map` */
  trace(document: KeptDocument, fields: readonly string[]): ReadonlyMap<string, { readonly pointers: readonly DocumentPlace[] }> | null;
}
