import { isObject, type RawObject } from '../json/json-text.ts';
import { escapeToken } from '../json/json-slices.ts';

/** A record inside a document. `value` is whatever stands there: a page may hold a number among its records. */
export interface FoundRecord {
  readonly value: unknown;
  readonly pointer: string;
  readonly envelope: readonly RawObject[];
}

const deepest = 8;

/**
 * The records of a document: the objects that satisfy `isRecord`, and everything else in a list that holds one of them.
 * A document without any is one record itself (the profile will say what it lacks), but a page of an empty list has none.
 */
export function findRecords(document: unknown, isRecord: (value: RawObject) => boolean): FoundRecord[] {
  if (isObject(document) && isRecord(document)) return [{ value: document, pointer: '', envelope: [] }];
  const found: FoundRecord[] = [];
  collect({ value: document, pointer: '', envelope: [] }, 0, isRecord, found);
  if (found.length > 0) return found;
  return isEmptyPage(document, 0) ? [] : [{ value: document, pointer: '', envelope: [] }];
}

function collect({ value, pointer, envelope }: FoundRecord, depth: number, isRecord: (value: RawObject) => boolean, found: FoundRecord[]): void {
  if (depth >= deepest) return;
  if (Array.isArray(value)) {
    const all = value.some((each) => isObject(each) && isRecord(each));
    for (const [index, each] of value.entries()) {
      const inside = { value: each as unknown, pointer: `${pointer}/${index}`, envelope };
      if (all) found.push(inside);
      else collect(inside, depth + 1, isRecord, found);
    }
  } else if (isObject(value)) {
    if (isRecord(value)) {
      found.push({ value, pointer, envelope });
      return;
    }
    const around = [...envelope, value];
    for (const [key, each] of Object.entries(value)) collect({ value: each, pointer: `${pointer}/${escapeToken(key)}`, envelope: around }, depth + 1, isRecord, found);
  }
}

const listKeys = new Set(['data', 'items', 'item', 'list', 'result', 'results', 'records', 'rows', 'offers', 'products', 'resultlist', 'productlist', 'toreturn', 'datas', 'messages', 'pageresult', 'pushmessagepage', 'pushmessagelist']);

/** `{ "code": 200, "data": { "items": [] } }`: an answer without hits, and no error. */
export function isEmptyPage(value: unknown, depth: number): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isObject(value) || depth > 3 || value['error'] != null && value['error'] !== '') return false;
  return Object.entries(value).some(([key, each]) => listKeys.has(key.toLowerCase()) && isEmptyPage(each, depth + 1));
}
