import { isSyncError } from '@1688/core';
import { isObject } from '../json/json-text.ts';
import { mapRecord } from '../record/map-document.ts';
import { leavesOf, withChangedLeaves, type Leaf, type Variation } from './changed-leaves.ts';
import { openRecord, type OpenRecord, type StoredRecord } from './stored-record.ts';

/** Where a value stands in a document, and what stands there; `raw` is left out for a list of values. */
export interface PointedValue {
  /** JSON pointer (RFC 6901) inside the document; of a table's row it is `/` and the header. */
  readonly pointer: string;
  readonly raw?: unknown;
}

/** One field of a product as a document tells it. */
export interface PointedField {
  /** As the profile gives it now; undefined when the document does not tell it. */
  readonly value: unknown;
  /** Where it was taken from; none for what the profile says by itself, such as the currency. */
  readonly pointers: readonly PointedValue[];
}

/** A list with more places than these is told by the arrays that hold them. */
const mostPointers = 40;

/**
 * Maps a stored record and tells for each field which values of the document it was made from. A profile is a pure function, so this is
 * found out by experiment: what moves when one value of the document is changed was made from it. Of those, the ones that hold the
 * value itself are named, else those that it follows, else those on which it depends.
 * @param fields `title`, `priceTiers`, `supplier`, `skus/SKUID/priceCny` …
 * @returns null for a record that gives no product
 * @throws SOURCE_PROFILE, RECORD_INVALID
 */
export function mapWithPointers(record: StoredRecord, fields: readonly string[]): ReadonlyMap<string, PointedField> | null {
  const open = openRecord(record);
  const told = toldFields(open, open.value, fields);
  if (told === null) return null;
  const experiment = { open, fields: told, leaves: leavesOf(open.value) };
  const asked = fields.filter((field) => told.get(field)?.value !== undefined);
  const found = search(experiment, asked, ['next', 'afterNext', 'spoilt']);
  const rest = asked.filter((field) => found.get(field)!.every(({ vital }) => vital));
  for (const [field, hits] of rest.length > 0 ? search(experiment, rest, ['less', 'empty']) : []) found.get(field)!.push(...hits.filter(({ vital }) => !vital));
  return new Map(fields.map((field) => [field, { value: told.get(field)?.value, pointers: pointersOf(found.get(field) ?? [], told.get(field)?.value) }]));
}

interface Told {
  readonly value: unknown;
  /** Equal texts for equal values. */
  readonly text: string;
}

interface Experiment {
  readonly open: OpenRecord;
  readonly fields: ReadonlyMap<string, Told>;
  readonly leaves: readonly Leaf[];
}

/** A leaf that moves a field. */
interface Hit {
  readonly leaf: Leaf;
  /** True when the field follows the leaf: two other values there are two other values here. */
  readonly follows: boolean;
  /** True when there is no product without it: only where nothing else moves a field it is what the field depends on. */
  readonly vital: boolean;
}

/** Null when there is no product. */
function toldFields({ profile, format }: OpenRecord, value: unknown, fields: readonly string[]): Map<string, Told> | null {
  const mapped = mapRecord(value, profile, format);
  if (mapped === null || isSyncError(mapped)) return null;
  return new Map(fields.map((field) => {
    const found = fieldAt(mapped.product as Readonly<Record<string, unknown>>, field);
    return [field, { value: found, text: JSON.stringify(found) ?? '' }];
  }));
}

function fieldAt(product: Readonly<Record<string, unknown>>, field: string): unknown {
  const [first = '', second, ...rest] = field.split('/');
  if (first !== 'skus' || second === undefined) return [second, ...rest].reduce<unknown>((value, key) => (key === undefined ? value : isObject(value) ? value[key] : undefined), product[first]);
  const id = rest.length > 1 ? [second, ...rest.slice(0, -1)].join('/') : second;
  const list = Array.isArray(product['skus']) ? product['skus'] : [];
  const sku: unknown = list.find((each) => isObject(each) && each['skuId'] === id);
  const name = rest.at(-1);
  return name === undefined || !isObject(sku) ? sku : sku[name];
}

/** Halves the document until single leaves are left: what moves nothing when all of it is changed is looked at no further. */
function search(experiment: Experiment, asked: readonly string[], variations: readonly Variation[]): Map<string, Hit[]> {
  const hits = new Map<string, Hit[]>(asked.map((field) => [field, []]));
  const look = (from: number, to: number, wanted: readonly string[]): void => {
    const open = wanted.filter((field) => hits.get(field)!.length < mostPointers);
    if (from >= to || open.length === 0) return;
    const results = variations.map((variation) => toldFields(experiment.open, withChangedLeaves(experiment.open.value, from, to, variation), open));
    const moved = open.filter((field) => results.some((told) => (told === null || told.get(field)!.text !== experiment.fields.get(field)!.text)));
    if (moved.length === 0) return;
    if (to - from === 1) {
      const vital = experiment.leaves[from]!.raw !== null && results.slice(0, 2).every((told) => told === null);
      for (const field of moved) {
        const { text } = experiment.fields.get(field)!;
        const isMoved = results.some((told) => told !== null && told.get(field)!.text !== text);
        if (vital || isMoved) hits.get(field)!.push({ leaf: experiment.leaves[from]!, vital, follows: follows(results.map((told) => told?.get(field)), text) });
      }
      return;
    }
    const middle = (from + to) >> 1;
    look(from, middle, moved);
    look(middle, to, moved);
  };
  look(0, experiment.leaves.length, asked);
  return hits;
}

function follows([first, second]: readonly (Told | undefined)[], text: string): boolean {
  return first?.value != null && second?.value != null && first.text !== second.text && first.text !== text && second.text !== text;
}

function pointersOf(found: readonly Hit[], value: unknown): PointedValue[] {
  // An empty place would win if something stood there; nothing that is told was made from it.
  const filled = found.filter(({ leaf }) => plain(leaf.raw) !== '');
  const hits = filled.length > 0 ? filled : found;
  const texts = leavesOf(value instanceof Date ? value.toISOString() : value).map(({ raw }) => plain(raw)).filter((text) => text !== '');
  const holding = hits.filter(({ leaf }) => texts.some((text) => holds(plain(leaf.raw), text)));
  const moving = hits.filter((hit) => !hit.vital);
  const chosen = [holding, moving.filter((hit) => hit.follows), moving, hits].find((each) => each.length > 0) ?? [];
  if (chosen.length < mostPointers) return chosen.map(({ leaf: { pointer, raw } }) => ({ pointer, raw }));
  return [...new Set(chosen.map(({ leaf: { pointer } }) => pointer.replace(/\/\d+(?:\/.*)?$/, '')))].map((pointer) => ({ pointer }));
}

function plain(raw: unknown): string {
  return raw == null ? '' : String(raw).normalize('NFKC').trim();
}

function holds(raw: string, text: string): boolean {
  if (raw === text) return true;
  if (raw === '' || text === '') return false;
  if (Number(raw) === Number(text)) return true; // NaN never is
  return text.length > 1 && (raw.includes(text) || (raw.length > 1 && text.includes(raw)));
}
