import type { Product, RecordKind } from '@1688/core';
import type { RawObject } from './json/json-text.ts';

/** The file types that are told apart. A 数据包 is a `tsv`. */
export type SourceFormat = 'json' | 'jsonl' | 'csv' | 'tsv' | 'xlsx';

/** What a profile may look at besides the record itself. */
export interface MappingContext {
  readonly format: SourceFormat;
}

/** What a profile makes of one record. */
export interface MappedProduct {
  /** Checked by `parseProduct` afterwards, that of a message by `parseProductUpdate`; undefined fields count as not told. */
  readonly product: { readonly [Field in keyof Product]?: Product[Field] | undefined };
  readonly kind: RecordKind;
  /** When the source was seen, if the record says so itself. */
  readonly observedAt?: Date | null | undefined;
  /** Field of the product → its name in the source, for the `field` of a reject. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** How records of one source become products. Pure: no clock, no I/O, the same record gives the same product. */
export interface Profile {
  readonly name: string;
  /** Raised whenever `map` gives another product for the same record, so that stored documents are known to need mapping again. */
  readonly mapperVersion: number;
  /**
   * Fields that a page tells once for all its records, such as `sellerOpenId`. They are copied into each record that lacks them and
   * into its document, so that a document alone can be mapped again.
   */
  readonly inherits?: readonly string[] | undefined;
  /** True for an object that is one record of this source; finds records inside pages and wrappers. */
  isRecord(value: RawObject): boolean;
  /** How sure the profile is that the first records of an input are its own, 0 to 1. */
  recognises(records: readonly RawObject[], context: { readonly format: SourceFormat }): number;
  /** The fields of a record by which this source is known, for the reasons that a detection gives. */
  evidence?(record: RawObject): readonly string[];
  /** The field of the product that a table's column lands in, or null, for previews. Absent: the profile reads no tables. */
  fieldOfColumn?(header: string): string | null;
  /**
   * For a record that tells of several offers: a record for each, to be mapped alone, in the record's order. The record itself, and
   * nothing else, where it tells of one or cannot be understood. Absent: every record tells of one offer.
   */
  expand?(record: RawObject): readonly RawObject[];
  /**
   * @returns null for a record that is no product and no mistake, such as a supplier line of an export
   * @throws SyncError when the record cannot become a product: one reject
   */
  map(record: RawObject, context: MappingContext): MappedProduct | null;
}

/** What it takes to define a profile: everything of `Profile`, where `recognises` may be left out. */
export interface ProfileDefinition extends Pick<Profile, 'name' | 'mapperVersion' | 'inherits' | 'isRecord' | 'evidence' | 'fieldOfColumn' | 'expand' | 'map'> {
  /** Sureness of `recognises` when every record satisfies `isRecord`. Default 0.9: above the built-in ones of less specific shapes. */
  readonly confidence?: number;
  readonly recognises?: Profile['recognises'];
}

/** A profile of your own, for the option `profiles`. */
export function defineProfile({ confidence = 0.9, ...definition }: ProfileDefinition): Profile {
  return {
    recognises: (records) => (records.length === 0 ? 0 : (confidence * records.filter((record) => definition.isRecord(record)).length) / records.length),
    ...definition,
  };
}
