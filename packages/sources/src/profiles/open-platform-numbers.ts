import { isObject } from '../json/json-text.ts';

/*
 * This API is written by Java: a double of ten million or more comes as `2.25936008E8`, and a sum of prices may carry the noise of
 * its binary form (`29.900000000000002`).
 */

const decimals = 4;
/** Larger than any noise of a double in yuan, smaller than any digit that somebody wrote on purpose. */
const noise = 1e-9;

/** The same part of a record with its numbers spelled plainly; texts are left alone unless they are a number in scientific notation. */
export function plainNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainNumbers(each)]));
  if (typeof value === 'string') return withoutExponent(value);
  return typeof value === 'number' ? withoutNoise(value) : value;
}

function withoutExponent(text: string): string {
  const match = /^(\d)(?:\.(\d{1,20}))?E(\d{1,2})$/.exec(text);
  if (!match) return text;
  const [, whole = '', fraction = '', exponent = ''] = match;
  const places = Number(exponent);
  const digits = whole + fraction.padEnd(places, '0');
  const rest = digits.slice(places + 1).replace(/(?<!0)0+$/, '');
  return digits.slice(0, places + 1) + (rest === '' ? '' : `.${rest}`);
}

function withoutNoise(value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value)) return value;
  const rounded = Number(value.toFixed(decimals));
  return Math.abs(value - rounded) < noise * Math.max(1, Math.abs(value)) && rounded !== 0 ? rounded : value;
}
