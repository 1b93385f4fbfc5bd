import type { ObjectReader } from './object-reader.ts';
import type { ObjectWriter } from './object-writer.ts';

/** A list of any length as objects: lines of JSON, cut where an entry says so, and one object that names them in order. */
export interface ListWriter<Entry> {
  add(entry: Entry): Promise<void>;
  /** Id of the object that names the others, or null for an empty list. */
  finish(): Promise<string | null>;
}

const mostEntries = 16_384;

/** @param isBorder true for about every four-thousandth entry, by the entry alone, so that equal stretches become equal objects */
export function listWriter<Entry>(writer: ObjectWriter, isBorder: (entry: Entry) => boolean): ListWriter<Entry> {
  let lines: string[] = [];
  const ids: string[] = [];
  const cut = async (): Promise<void> => {
    if (lines.length === 0) return;
    const text = lines.join('');
    lines = [];
    ids.push(await writer.add(Buffer.from(text), 'list'));
  };
  return {
    async add(entry) {
      lines.push(`${JSON.stringify(entry)}\n`);
      if (isBorder(entry) || lines.length >= mostEntries) await cut();
    },
    async finish() {
      await cut();
      return ids.length === 0 ? null : writer.add(Buffer.from(ids.map((id) => `${JSON.stringify({ id })}\n`).join('')), 'list');
    },
  };
}

/** The entries of a list, one object in memory at a time. */
export async function* readList<Entry>(reader: ObjectReader, list: string | null): AsyncIterable<Entry> {
  if (list === null) return;
  for (const { id } of await reader.readLines<{ id: string }>(list)) yield* await reader.readLines<Entry>(id);
}
