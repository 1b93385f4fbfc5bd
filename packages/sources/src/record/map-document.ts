import { isSoundProduct, isSyncError, parseProduct, parseProductUpdate, shown, SyncError, type Outcome, type ProductRecord, type RejectedRecord } from '@1688/core';
import { undecodable } from '../bytes/text-chunks.ts';
import { isObject } from '../json/json-text.ts';
import { sliceJson } from '../json/json-slices.ts';
import type { Profile, SourceFormat } from '../profile.ts';
import type { RawDocument } from '../raw-document.ts';
import { findRecords, type FoundRecord } from './find-records.ts';
import { withoutUndefined } from './without-undefined.ts';

export type ProductOutcome = Outcome<ProductRecord, RejectedRecord>;

/** Every record of a document as a product or a reject; `count` numbers them through the whole input. */
export function* mapDocument(document: RawDocument, profile: Profile, format: SourceFormat, count: () => number): Generator<ProductOutcome> {
  if (document.failure) {
    yield reject(document, { pointer: '', text: document.text.replaceAll(undecodable, '\uFFFD') }, profile.name, count(), document.failure);
    return;
  }
  const isTable = format === 'csv' || format === 'tsv' || format === 'xlsx';
  const records: FoundRecord[] = isTable ? [{ value: document.value, pointer: '', envelope: [] }] : findRecords(document.value, (value) => profile.isRecord(value));
  const texts = records.some(({ pointer }) => pointer !== '') ? sliceJson(document.text, new Set(records.map(({ pointer }) => pointer))) : null;
  for (const found of records) {
    const whole = inherit(found, texts?.get(found.pointer) ?? document.text, profile.inherits ?? []);
    for (const { value, text } of profile.expand ? expanded(whole, profile) : [whole]) {
      const outcome = mapRecord(value, profile, format);
      if (outcome === null) continue;
      const part = { pointer: found.pointer, text };
      if (isSyncError(outcome)) yield reject(document, part, profile.name, count(), outcome);
      else yield { ok: true, value: { ...outcome, profile: profile.name, mapperVersion: profile.mapperVersion, document: text, format, position: positionOf(document, found.pointer, count()) } };
    }
  }
}

interface RecordText {
  readonly value: unknown;
  readonly text: string;
}

/** One record for each offer that the record tells of. A record that cannot be taken apart is left to `map`, which will say why. */
function expanded(whole: RecordText, profile: Profile): readonly RecordText[] {
  if (!isObject(whole.value)) return [whole];
  let parts: readonly unknown[];
  try {
    parts = profile.expand?.(whole.value) ?? [];
  } catch {
    return [whole]; // a profile of a user's own may fail in any way
  }
  if (parts.length === 0) return [whole];
  return parts.map((value) => (value === whole.value ? whole : { value, text: JSON.stringify(value) }));
}

/** Copies what the page tells of its records into the record and into its text. */
function inherit({ value, envelope }: FoundRecord, text: string, keys: readonly string[]): RecordText {
  if (!isObject(value)) return { value, text };
  const lacking = keys.filter((key) => !(key in value));
  const inherited = lacking.flatMap((key) => {
    const told = envelope.findLast((around) => key in around)?.[key];
    return told == null ? [] : [[key, told] as const];
  });
  if (inherited.length === 0) return { value, text };
  const members = inherited.map(([key, told]) => `${JSON.stringify(key)}:${JSON.stringify(told)}`).join(',');
  const rest = text.slice(text.indexOf('{') + 1);
  return { value: { ...Object.fromEntries(inherited), ...value }, text: `{${members}${rest.trim() === '}' ? '' : ','}${rest}` };
}

type Mapped = Pick<ProductRecord, 'product' | 'kind' | 'observedAt'>;

/** Null for a record that is no product and no mistake. */
export function mapRecord(value: unknown, profile: Profile, format: SourceFormat): Mapped | SyncError | null {
  if (!isObject(value)) {
    return new SyncError('RECORD_INVALID', `Expected a record as an object, received ${shown(value)}.`, { hint: 'Give one object for each record.' });
  }
  let fields: Readonly<Record<string, string>> | undefined;
  try {
    const mapped = profile.map(value, { format });
    if (mapped === null) return null;
    fields = mapped.fields;
    const parse = mapped.kind === 'message' ? parseProductUpdate : parseProduct;
    const product = withoutUndefined(mapped.product);
    return { product: isSoundProduct(product) ? product : parse(product), kind: mapped.kind, observedAt: mapped.observedAt ?? null };
  } catch (error) {
    if (isSyncError(error)) return inSourceWords(error, fields);
    // A profile of a user's own may fail in any way; that costs the record and not the run.
    return new SyncError('RECORD_INVALID', `Expected profile ${profile.name} to map the record, received ${error instanceof Error ? error.message : shown(error)}.`, { hint: `Correct the profile ${profile.name}.`, cause: error });
  }
}

/** Names the field as the source spells it, where the profile said so and the check was core's. */
function inSourceWords(error: SyncError, fields: Readonly<Record<string, string>> | undefined): SyncError {
  const field = error.details['field'];
  if (fields === undefined || typeof field !== 'string') return error;
  const [first = '', ...rest] = field.split('.');
  const source = fields[first];
  if (source === undefined) return error;
  return new SyncError(error.code, error.message, { ...(error.hint === undefined ? {} : { hint: error.hint }), details: { ...error.details, field: [source, ...rest].join('.') } });
}

function reject(document: RawDocument, part: { pointer: string; text: string }, profile: string, record: number, error: SyncError): ProductOutcome {
  const field = error.details['field'];
  return { ok: false, error, item: { document: part.text, profile, position: positionOf(document, part.pointer, record), field: typeof field === 'string' ? field : null } };
}

function positionOf(document: RawDocument, pointer: string, record: number): ProductRecord['position'] {
  return { line: document.line, record, pointer: document.pointer + pointer };
}
