import { hash } from 'node:crypto';
import { SyncError } from '@1688/core';

/**
 * A cursor that names the last item of a page, and the question it belongs to. It is no secret, but it is checked: neither a mended
 * one nor one of another question is taken.
 */
export function writeCursor(question: unknown, keys: readonly string[]): string {
  return Buffer.from(JSON.stringify([digest(question, keys), ...keys])).toString('base64url');
}

/** @throws ARGUMENT_INVALID for what `writeCursor` did not make of the same question */
export function readCursor(question: unknown, cursor: string, patterns: readonly RegExp[]): string[] {
  const [found, ...keys] = parsed(cursor);
  const fits = keys.length === patterns.length && patterns.every((pattern, index) => pattern.test(keys[index] ?? ''));
  if (fits && found === digest(question, keys)) return keys;
  throw new SyncError('ARGUMENT_INVALID', 'Expected cursor to be the nextCursor of a page of the same search, received another text.', {
    hint: 'Start again without a cursor.',
  });
}

function parsed(cursor: string): string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : [];
  } catch {
    return []; // not JSON: the caller says what is wrong
  }
}

function digest(question: unknown, keys: readonly string[]): string {
  return hash('sha256', JSON.stringify([question, keys]), 'base64url').slice(0, 16);
}
