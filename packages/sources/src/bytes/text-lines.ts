import { SyncError } from '@1688/core';

/** Longest line, and longest JSON value, that is read: V8 holds no string of more than 512 MiB. */
export const maxTextLength = 128 * 1024 * 1024;

/** A line of the input without its line break. */
export interface Line {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  /** True for a last line without a line break, where the input may have been cut off. */
  readonly unended?: boolean;
}

/** Cuts text into lines at LF, a CR before it dropped. Measured faster and flatter in memory than `node:readline`. */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<Line[]> {
  let held: string[] = [];
  let heldLength = 0;
  let number = 0;
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      const tail = chunk.slice(start, end);
      lines.push({ text: withoutReturn(held.length > 0 ? held.join('') + tail : tail), number: (number += 1) });
      held = [];
      heldLength = 0;
      start = end + 1;
    }
    if (start < chunk.length) held.push(chunk.slice(start));
    heldLength += chunk.length - start;
    if (heldLength > maxTextLength) throw tooLong(`line ${number + 1}`);
    if (lines.length > 0) yield lines;
  }
  if (held.length > 0) yield [{ text: withoutReturn(held.join('')), number: number + 1, unended: true }];
}

/** SOURCE_FORMAT for a piece of text that is too long to be read as one. */
export function tooLong(what: string): SyncError {
  return new SyncError('SOURCE_FORMAT', `Expected ${what} to be at most ${maxTextLength} characters long, received more.`, { hint: 'Write one record a line (JSON Lines).' });
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
