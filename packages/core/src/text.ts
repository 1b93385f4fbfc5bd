import { z } from 'zod';

/** Largest count a bigint column and a JavaScript number both hold exactly. */
export const countSchema = z.number().int('a whole number').nonnegative('a number of 0 or more').max(Number.MAX_SAFE_INTEGER);

export const shortTextSchema = z.string().max(500, 'a text of at most 500 characters');
export const urlTextSchema = z.string().max(4_000, 'an address of at most 4,000 characters');

// eslint-disable-next-line no-control-regex -- a text without these is storable as it is
const suspicious = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uD800-\uDFFF]/;

/**
 * Text as PostgreSQL can hold it: without NUL, lone surrogates replaced, other control characters but tab and line breaks removed.
 * Form and width are kept: search folds them, the text itself stays what the seller wrote.
 */
export function storableText(text: string): string {
  if (!suspicious.test(text)) return text;
  // eslint-disable-next-line no-control-regex -- these are the very characters to remove
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, '').toWellFormed();
}
