import { escapeToken } from '../json/json-slices.ts';
import { isObject } from '../json/json-text.ts';

/** A value of a document that holds no others, and where it stands. */
export interface Leaf {
  /** JSON pointer (RFC 6901); of a table's row it is `/` and the header. */
  readonly pointer: string;
  readonly raw: unknown;
}

/** In the order of the document. */
export function leavesOf(value: unknown, pointer = ''): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => leavesOf(each, `${pointer}/${index}`));
  if (isObject(value)) return Object.entries(value).flatMap(([key, each]) => leavesOf(each, `${pointer}/${escapeToken(key)}`));
  return [{ pointer, raw: value }];
}

/** How a leaf is changed: the first two give two other values of the same shape, the third spoils a text's beginning, the others lessen or empty it. */
export type Variation = 'next' | 'afterNext' | 'spoilt' | 'less' | 'empty';

/** A copy of the document in which the leaves from one number to before another are changed. */
export function withChangedLeaves(value: unknown, from: number, to: number, variation: Variation): unknown {
  let number = 0;
  const copy = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(copy);
    if (isObject(each)) return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, copy(inner)]));
    const index = number;
    number += 1;
    return index >= from && index < to ? changed(each, variation) : each;
  };
  return copy(value);
}

function changed(raw: unknown, variation: Variation): unknown {
  if (variation === 'empty') return null;
  if (typeof raw === 'boolean') return !raw;
  if (typeof raw === 'number') return changedNumber(raw, variation);
  return typeof raw === 'string' && raw.trim() !== '' ? changedText(raw, variation) : step[variation];
}

const step = { next: 1, afterNext: 2, spoilt: 2, less: 1 } as const;

/** A sum of money moves by less than a yuan, so that it does not overtake others. */
function changedNumber(raw: number, variation: keyof typeof step): number {
  if (variation === 'less') return raw / 2;
  return Number.isInteger(raw) ? raw + step[variation] : Math.round((raw + step[variation] / 100) * 10_000) / 10_000;
}

function changedText(raw: string, variation: keyof typeof step): string {
  if (/^-?\d{1,7}$/.test(raw)) return String(variation === 'less' ? Math.trunc(Number(raw) / 2) : Number(raw) + step[variation]);
  const decimals = /^-?\d{1,12}\.(\d{1,4})$/.exec(raw)?.[1]?.length;
  if (decimals !== undefined) return (variation === 'less' ? Number(raw) / 2 : Number(raw) + step[variation] / 10 ** decimals).toFixed(decimals);
  if (variation === 'spoilt' || variation === 'less') return `x${raw}`;
  if (!/\d/.test(raw)) return raw + (variation === 'next' ? 'x' : 'y');
  return raw.replace(/\d/g, (digit, at: number) => String((Number(digit) + step[variation]) % 10 || (at === 0 ? 3 : 0)));
}
