import { z } from 'zod';

/** 1688's own id, as text: 1 to 64 characters without blanks or control characters. Never a number: Excel and floats ruin ids. */
export const sourceIdSchema = z
  .string({ error: (issue) => (typeof issue.input === 'number' ? 'an id as text; a number may have lost digits' : 'an id as text') })
  .min(1, 'an id of at least 1 character')
  .max(64, 'an id of at most 64 characters')
  .regex(/^[^\s\p{Cc}]+$/u, 'an id without blanks or control characters');

/** True for what a spreadsheet leaves of a long id: `6.1E+11`, `7.12345E+11`. The digits are lost and cannot be mended. */
export function isRuinedId(text: string): boolean {
  return /^\d(?:[.,]\d+)?[eE]\+?\d{1,2}$/.test(text.trim());
}
