import type { z } from 'zod';
import { SyncError, type ErrorCode } from './error.ts';

/** Parses with a zod schema and turns its first issue into our error: the path, what was expected and what came. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, input: unknown, noun: string): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String) ?? [];
  const field = path.join('.');
  if (!issue || field === '') {
    throw new SyncError('RECORD_INVALID', `Expected a ${noun} as an object, received ${shown(input)}.`, {
      hint: 'Give one object for each record.',
    });
  }
  const received = valueAt(input, issue.path);
  throw new SyncError(codeOf(issue, received), `Expected ${field} of the ${noun} to be ${wanted(issue)}, received ${shown(received)}.`, {
    hint: received === undefined ? `Give the record a value for ${field}.` : `Correct ${field} in the source and import the record again.`,
    details: { field },
  });
}

function codeOf(issue: z.core.$ZodIssue, received: unknown): ErrorCode {
  if (received === undefined || received === null || (typeof received === 'string' && received.trim() === '')) return 'FIELD_MISSING';
  return issue.code === 'too_big' && typeof received === 'string' ? 'FIELD_TOO_LONG' : 'FIELD_INVALID';
}

function wanted(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('a ') || issue.message.startsWith('an ') || issue.message.startsWith('at ')) return issue.message;
  return issue.code === 'invalid_type' ? `a ${issue.expected}` : `valid (${issue.message})`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  return value;
}

/** A short, safe rendering of a foreign value for a message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
