import { SyncError } from '@1688/core';
import { undecodable } from '../bytes/text-chunks.ts';

/** A parsed JSON object, or a table row by its headers. */
export type RawObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Numbers that a float cannot hold exactly, or that lost digits before they came here; only then is the slow way taken. */
const riskyNumber = /[:[,]\s*-?(?:\d{16}|\d+(?:\.\d+)?[eE])/;

/**
 * Parses JSON so that no digit is lost: whole numbers beyond 2^53 and numbers in scientific notation stay text, as written.
 * Python's NaN and Infinity become text too, so that the field that holds them can be named; raw control characters become blanks.
 * @returns the value, and the text that it stands for: as received, but for what had to be mended to be JSON at all
 * @throws RECORD_INVALID
 */
export function parseJson(text: string): { readonly value: unknown; readonly text: string } {
  if (text.includes(undecodable)) {
    throw new SyncError('RECORD_INVALID', 'Expected the record as text in the encoding of the file, received bytes that do not decode.', {
      hint: 'The file mixes encodings or is damaged here; correct this record and import it again.',
    });
  }
  try {
    return { value: parseExactly(text), text };
  } catch (cause) {
    const mended = mend(text);
    try {
      if (mended !== text) return { value: parseExactly(mended), text: mended };
    } catch {
      // The first error speaks of the text as it came.
    }
    throw new SyncError('RECORD_INVALID', `Expected a record as valid JSON, received text that is not: ${reason(cause)}`, { hint: 'Correct the text of the record and import it again.', cause });
  }
}

function parseExactly(text: string): unknown {
  return riskyNumber.test(text) ? JSON.parse(text, keepDigits as (this: unknown, key: string, value: unknown) => unknown) : JSON.parse(text);
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return !Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER || /[eE]/.test(context.source) ? context.source : value;
}

/** Walks over strings whole, so that only what stands outside them is changed. */
function mend(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[^])*"|\b(?:NaN|Infinity)\b|-Infinity\b/g, (token) => {
    // eslint-disable-next-line no-control-regex -- these are the very characters to replace
    return token.startsWith('"') ? token.replace(/[\u0000-\u001F]/g, ' ') : `"${token}"`;
  });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.{3}.*|"[^]{0,200}" is not/, (found) => (found.startsWith('...') ? '…' : 'it is not')).slice(0, 200) : String(cause);
}

/** The same JSON on one line. Spelling of numbers and strings is kept; line breaks in JSON stand between values only. */
export function onOneLine(text: string): string {
  if (!/[\n\r]/.test(text)) return text.trim();
  return text.replace(/"(?:[^"\\]|\\[^])*"|\s+/g, (token) => (token.startsWith('"') ? token : ''));
}

/** `{…}` of `callback({…});`, else the text itself. */
export function withoutCallback(text: string): string {
  const call = /^\s*(?:\/\*\*\/\s*)?[\w$.]+\s*\(\s*(?=[{[])/.exec(text);
  if (!call) return text;
  const end = text.lastIndexOf(')');
  return end > call[0].length ? text.slice(call[0].length, end) : text.slice(call[0].length);
}
