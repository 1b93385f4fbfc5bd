import { isObject, type RawObject } from '../json/json-text.ts';
import type { MappedProduct, Profile, SourceFormat } from '../profile.ts';
import { findRecords } from '../record/find-records.ts';

/** One promise of `Profile`, tried against a profile: `run` rejects when it is broken. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

/** What a case works on. */
export interface Trial {
  readonly profile: Profile;
  readonly format: SourceFormat;
  /** Parsed documents of this source, wrappers and all. */
  readonly examples: readonly unknown[];
  /** A copy of the records of the examples, taken out of their wrappers and apart, as `map` gets them. */
  records(): RawObject[];
  map(record: RawObject): MappedProduct | null;
}

/** The name of a promise → how it is tried. */
export type Trials = Readonly<Record<string, (trial: Trial) => void>>;

export function toCases(trials: Trials, profile: Profile, examples: readonly unknown[], format: SourceFormat): ContractCase[] {
  const trial: Trial = {
    profile, format, examples,
    records: () => recordsOf(profile, structuredClone(examples)).flatMap((record) => profile.expand?.(record) ?? [record]),
    map: (record) => profile.map(record, { format }),
  };
  return Object.entries(trials).map(([name, attempt]) => ({ name, run: async () => attempt(trial) }));
}

/** The objects inside documents that a profile takes for its records. */
export function recordsOf(profile: Profile, documents: readonly unknown[]): RawObject[] {
  return documents.flatMap((document) => findRecords(document, (value) => profile.isRecord(value)).map((found) => found.value)).filter(isObject).filter((value) => profile.isRecord(value));
}
