import { isSyncError, type Outcome, type ProductRecord, type SyncError } from '@1688/core';
import { namedProfile } from '../detection.ts';
import { parseJson } from '../json/json-text.ts';
import type { Profile, SourceFormat } from '../profile.ts';
import { builtInProfiles } from '../profiles/built-in-profiles.ts';
import { tableWith } from '../profiles/table.ts';
import { mapRecord } from '../record/map-document.ts';

/** One record as it was kept: alone, without the page that it came from. */
export interface StoredRecord {
  /** `document` of a `ProductRecord`. */
  readonly document: string;
  readonly profile: string;
  /** `format` of a `ProductRecord`; null where nobody kept it: then it is guessed from the document. */
  readonly format?: string | null | undefined;
  /** Columns that were named by hand when it was read. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Profiles of your own. */
  readonly profiles?: readonly Profile[] | undefined;
}

export type MappedRecord = Pick<ProductRecord, 'product' | 'kind' | 'observedAt'>;

/** A stored record, parsed, with what maps it. */
export interface OpenRecord {
  readonly value: unknown;
  readonly profile: Profile;
  readonly format: SourceFormat;
}

/** @throws SOURCE_PROFILE for a profile that is not known; RECORD_INVALID for text that is no JSON */
export function openRecord({ document, profile, format, columns, profiles = [] }: StoredRecord): OpenRecord {
  const { value } = parseJson(document);
  const byHand = profile === 'table' && columns !== undefined && Object.keys(columns).length > 0;
  return { value, profile: byHand ? tableWith(columns) : namedProfile(profile, profiles).profile, format: knownFormat(format) ?? guessedFormat(profile, value) };
}

/**
 * Maps a record that was kept, with the profile as it is now.
 * @returns the product or why there is none; null for a record that is no product and no mistake
 * @throws SOURCE_PROFILE for a profile that is not known
 */
export function mapStored(record: StoredRecord): Outcome<MappedRecord, null> | null {
  try {
    const { value, profile, format } = openRecord(record);
    const mapped = mapRecord(value, profile, format);
    if (mapped === null) return null;
    return isSyncError(mapped) ? failed(mapped) : { ok: true, value: mapped };
  } catch (error) {
    if (isSyncError(error) && error.code === 'RECORD_INVALID') return failed(error);
    throw error;
  }
}

/** The version of a profile's mapper as it is now, or null for a profile that is not known. */
export function mapperVersionOf(name: string, profiles: readonly Profile[] = []): number | null {
  return [...profiles, ...builtInProfiles].find((profile) => profile.name === name)?.mapperVersion ?? null;
}

function failed(error: SyncError): Outcome<MappedRecord, null> {
  return { ok: false, error, item: null };
}

const formats: readonly SourceFormat[] = ['json', 'jsonl', 'csv', 'tsv', 'xlsx'];
const ofTables: ReadonlySet<string> = new Set(['table', 'taobao-package', '1688sync-export']);

function knownFormat(format: string | null | undefined): SourceFormat | undefined {
  return formats.find((known) => known === format);
}

/** A row of a table has nothing but texts. */
function guessedFormat(profile: string, value: unknown): SourceFormat {
  const isRow = typeof value === 'object' && value !== null && Object.values(value).every((cell) => typeof cell === 'string');
  return ofTables.has(profile) && isRow ? 'csv' : 'json';
}
