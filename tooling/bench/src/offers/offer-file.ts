import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { offerLine } from './offer.ts';
import type { TitleSource } from './title-source.ts';

/** A hundredth of the offers, spread over the file. */
const moves = (index: number): boolean => index % 100 === 37;

/** How many of so many offers differ in the changed file. */
export function changedOffers(rows: number): number {
  return Math.floor((rows + 62) / 100);
}

/**
 * Writes `rows` offers as JSON Lines, streamed.
 * @param options `changed`: one in a hundred has moved since, or all have
 */
export async function writeOffers(file: string, { rows, titles, changed = false, signal }: { rows: number; titles: TitleSource; changed?: boolean | 'all'; signal: AbortSignal }): Promise<void> {
  await pipeline(Readable.from(chunks()), createWriteStream(file), { signal });

  function* chunks(): Generator<string> {
    const perChunk = 200;
    for (let start = 0; start < rows; start += perChunk) {
      const length = Math.min(perChunk, rows - start);
      yield Array.from({ length }, (_, offset) => `${offerLine(start + offset, titles, changed === 'all' || (changed && moves(start + offset)))}\n`).join('');
    }
  }
}
