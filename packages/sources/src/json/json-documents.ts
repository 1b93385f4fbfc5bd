import { isSyncError } from '@1688/core';
import { splitLines } from '../bytes/text-lines.ts';
import type { RawDocument, RawText } from '../raw-document.ts';
import { onOneLine, parseJson, withoutCallback } from './json-text.ts';
import { splitJson } from './json-values.ts';

/** One document a line; blank lines and the record separators of `application/json-seq` are passed over. */
export async function* jsonLineTexts(chunks: AsyncIterable<string>): AsyncGenerator<RawText[]> {
  for await (const lines of splitLines(chunks)) {
    const texts: RawText[] = [];
    for (const { text, number } of lines) {
      const trimmed = text.trim().replace(/^\u001E/, '');
      if (trimmed !== '') texts.push({ text: withoutCallback(trimmed), line: number, pointer: '' });
    }
    if (texts.length > 0) yield texts;
  }
}

/** The elements of the outermost array, or each outermost value, of JSON that is laid out in any way. */
export async function* jsonTexts(chunks: AsyncIterable<string>, list?: { readonly skip: number; readonly pointer: string }): AsyncGenerator<RawText[]> {
  for await (const pieces of splitJson(chunks, { skip: list?.skip ?? 0 })) {
    yield pieces.map(({ text, line, index }) => ({ text: onOneLine(text), line, pointer: index === null ? '' : `${list?.pointer ?? ''}/${index}` }));
  }
}

/** What the text of a JSON document says, or why it says nothing. */
export function jsonDocument({ text, line, pointer }: RawText): RawDocument {
  try {
    return { ...parseJson(text), failure: null, line, pointer };
  } catch (error) {
    if (!isSyncError(error)) throw error;
    return { text, value: undefined, failure: error, line, pointer };
  }
}
