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
}

const leastConfidence = 0.3;

/** A profile and why it was chosen. */
export interface Choice {
  readonly profile: Profile;
  readonly why: string;
}

/**
 * The profile that is surest of the first documents; of two equally sure ones the earlier.
 * @throws SOURCE_PROFILE when none is sure enough
 */
export function chooseProfile(documents: readonly RawDocument[], format: SourceFormat, own: readonly Profile[], name: string): Choice {
  const parsed = documents.filter((document) => document.failure === null);
  let best: { readonly profile: Profile; readonly confidence: number; readonly records: number } | null = null;
  for (const profile of [...own, ...builtInProfiles]) {
    const records = parsed.flatMap(({ value }) => findRecords(value, (object) => profile.isRecord(object)).map((found) => found.value)).filter(isObject);
    const confidence = profile.recognises(records, { format });
    if (confidence > (best?.confidence ?? 0)) best = { profile, confidence, records: records.length };
  }
  if (best && best.confidence >= leastConfidence) return { profile: best.profile, why: `${best.records} records looked at, ${Math.round(best.confidence * 100)} % sure` };
  throw new SyncError('SOURCE_PROFILE', `Expected ${name} to hold records of a known source, received records with ${keysOf(parsed)}.`, {
    hint: `Name a profile with --profile (option profile): ${builtInProfiles.map((profile) => profile.name).join(', ')}. A table needs headers such as 商品ID and 商品标题.`,
  });
}

/** The profile of that name, the user's own first. @throws SOURCE_PROFILE */
export function namedProfile(wanted: string | Profile, own: readonly Profile[]): Choice {
  const known = [...own, ...builtInProfiles];
  const profile = typeof wanted === 'string' ? known.find((each) => each.name === wanted) : wanted;
  if (profile) return { profile, why: 'asked for' };
  throw new SyncError('SOURCE_PROFILE', `Expected a profile of ${known.map((each) => each.name).join(', ')}, received ${shown(wanted)}.`, { hint: 'Leave the profile out to have it detected.' });
}

function keysOf(documents: readonly RawDocument[]): string {
  const first = documents.map(({ value }) => (Array.isArray(value) ? (value[0] as unknown) : value)).find(isObject) as RawObject | undefined;
  const keys = Object.keys(first ?? {});
  return keys.length === 0 ? 'no fields' : `the fields ${keys.slice(0, 12).map((key) => key.slice(0, 40)).join(', ')}${keys.length > 12 ? ' …' : ''}`;
}
