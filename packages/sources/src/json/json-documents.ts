import { isSyncError } from '@1688/core';
import { splitLines } from '../bytes/text-lines.ts';
import type { RawDocument } from '../raw-document.ts';
import { onOneLine, parseJson, withoutCallback } from './json-text.ts';
import { splitJson } from './json-values.ts';

/** One document a line; blank lines and the record separators of `application/json-seq` are passed over. */
export async function* jsonLineDocuments(chunks: AsyncIterable<string>): AsyncGenerator<RawDocument[]> {
  for await (const lines of splitLines(chunks)) {
    const documents: RawDocument[] = [];
    for (const { text, number } of lines) {
      const trimmed = text.trim().replace(/^\u001E/, '');
      if (trimmed !== '') documents.push(toDocument(withoutCallback(trimmed), number, ''));
    }
    if (documents.length > 0) yield documents;
  }
}

/** The elements of the outermost array, or each outermost value, of JSON that is laid out in any way. */
export async function* jsonDocuments(chunks: AsyncIterable<string>, list?: { readonly skip: number; readonly pointer: string }): AsyncGenerator<RawDocument[]> {
  for await (const pieces of splitJson(chunks, { skip: list?.skip ?? 0 })) {
    yield pieces.map(({ text, line, index }) => toDocument(onOneLine(text), line, index === null ? '' : `${list?.pointer ?? ''}/${index}`));
  }
}

function toDocument(text: string, line: number, pointer: string): RawDocument {
  try {
    return { ...parseJson(text), failure: null, line, pointer };
  } catch (error) {
    if (!isSyncError(error)) throw error;
    return { text, value: undefined, failure: error, line, pointer };
  }
}
