import { shown, SyncError } from '@1688/core';
import { isObject, type RawObject } from './json/json-text.ts';
import { builtInProfiles } from './profiles/built-in-profiles.ts';
import type { Profile, SourceFormat } from './profile.ts';
import type { RawDocument } from './raw-document.ts';
import { findRecords } from './record/find-records.ts';

/** What an input turned out to be. */
export interface Detection {
  readonly format: SourceFormat;
  /** `utf-8`, `gb18030`, `utf-16le` …; null for a workbook. */
  readonly encoding: string | null;
  /** Name of the profile that maps the records. */
  readonly profile: string;
  /** The reasons, in one line for people. */
  readonly why: string;
  /** Every profile that the first records could be of, the surest first, also when another was asked for. */
  readonly candidates: readonly Candidate[];
  /** Of a table, also one in flat JSON: each column and the field that it lands in. Null for other JSON. */
  readonly columns: readonly Column[] | null;
}

/** How well the first records fit one profile. */
export interface Candidate {
  readonly profile: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** How many of the first records it would map. */
  readonly records: number;
}

export interface Column {
  /** As it stands in the file. */
  readonly header: string;
  /** Field of the product, or null for a column that stays in the raw document only. */
  readonly field: string | null;
}

const leastConfidence = 0.3;
const evidenceShown = 6;

/** A profile and why it was chosen. */
export interface Choice {
  readonly profile: Profile;
  readonly why: string;
}

/** How well the first documents fit each profile, the surest first; of two equally sure ones the earlier. */
export function findCandidates(documents: readonly RawDocument[], format: SourceFormat, own: readonly Profile[]): Candidate[] {
  return weigh(documents, format, own).map(({ profile, confidence, records }) => ({ profile: profile.name, confidence, records: records.length }));
}

/**
 * The profile that is surest of the first documents.
 * @throws SOURCE_PROFILE when none is sure enough
 */
export function chooseProfile(documents: readonly RawDocument[], format: SourceFormat, own: readonly Profile[], name: string): Choice {
  const [best, next] = weigh(documents, format, own);
  if (best && best.confidence >= leastConfidence) {
    const rival = next === undefined ? '' : `; next ${next.profile.name}, ${percent(next.confidence)}`;
    return { profile: best.profile, why: `${best.records.length} records looked at${evidenceOf(best)}, ${percent(best.confidence)} sure${rival}` };
  }
  throw new SyncError('SOURCE_PROFILE', `Expected ${name} to hold records of a known source, received records with ${keysOf(documents)}.`, {
    hint: `Name a profile with --profile (option profile): ${builtInProfiles.map((profile) => profile.name).join(', ')}. A table needs headers such as 商品ID and 商品标题; name its own with --map (option columns).`,
  });
}

/** The profile of that name, the user's own first. @throws SOURCE_PROFILE */
export function namedProfile(wanted: string | Profile, own: readonly Profile[]): Choice {
  const known = [...own, ...builtInProfiles];
  const profile = typeof wanted === 'string' ? known.find((each) => each.name === wanted) : wanted;
  if (profile) return { profile, why: 'asked for' };
  throw new SyncError('SOURCE_PROFILE', `Expected a profile of ${known.map((each) => each.name).join(', ')}, received ${shown(wanted)}.`, { hint: 'Leave the profile out to have it detected.' });
}

/** The columns of the first rows, in their order; sheets may have different ones. Of flat JSON, its keys. */
export function columnsOf(documents: readonly RawDocument[], profile: Profile): Column[] {
  const rows = documents.flatMap(({ value }) => findRecords(value, (object) => profile.isRecord(object)).map((found) => found.value)).filter(isObject);
  const headers = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...headers].map((header) => ({ header, field: profile.fieldOfColumn?.(header) ?? null }));
}

interface Weighed {
  readonly profile: Profile;
  readonly confidence: number;
  readonly records: readonly RawObject[];
}

function weigh(documents: readonly RawDocument[], format: SourceFormat, own: readonly Profile[]): Weighed[] {
  const parsed = documents.filter((document) => document.failure === null);
  const weighed = [...own, ...builtInProfiles].map((profile): Weighed => {
    const records = parsed.flatMap(({ value }) => findRecords(value, (object) => profile.isRecord(object)).map((found) => found.value)).filter(isObject);
    return { profile, records, confidence: profile.recognises(records, { format }) };
  });
  return weighed.filter(({ confidence }) => confidence > 0).toSorted((a, b) => b.confidence - a.confidence);
}

/** The fields that gave the source away, those first that most records have. */
function evidenceOf({ profile, records }: Weighed): string {
  const counts = new Map<string, number>();
  for (const record of records) for (const field of profile.evidence?.(record) ?? []) counts.set(field, (counts.get(field) ?? 0) + 1);
  const fields = [...counts].toSorted((a, b) => b[1] - a[1]).map(([field]) => field.slice(0, 40));
  return fields.length === 0 ? '' : ` with ${fields.slice(0, evidenceShown).join(', ')}${fields.length > evidenceShown ? ' …' : ''}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function keysOf(documents: readonly RawDocument[]): string {
  const parsed = documents.filter((document) => document.failure === null);
  const first = parsed.map(({ value }) => (Array.isArray(value) ? (value[0] as unknown) : value)).find(isObject) as RawObject | undefined;
  const keys = Object.keys(first ?? {});
  return keys.length === 0 ? 'no fields' : `the fields ${keys.slice(0, 12).map((key) => key.slice(0, 40)).join(', ')}${keys.length > 12 ? ' …' : ''}`;
}
