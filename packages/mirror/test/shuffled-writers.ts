import { importProducts } from '@1688/catalog';
import type { Outcome, ProductRecord, RejectedRecord } from '@1688/core';
import type { Database } from '@1688/db';
import { readProducts } from '@1688/sources';

type Read = Outcome<ProductRecord, RejectedRecord>;

/** Numbers from 0 to below 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Every record of these files that can be read. */
export async function recordsOfFiles(files: readonly string[]): Promise<Read[]> {
  const records: Read[] = [];
  for (const file of files) for await (const outcome of readProducts(file)) if (outcome.ok) records.push(outcome);
  return records;
}

/** Imports records in random order by so many writers at once, each in three runs; a third of the records comes twice, seen at another time. */
export async function importShuffled(db: Database, records: readonly Read[], { seed, writers = 8 }: { readonly seed: number; readonly writers?: number }): Promise<number> {
  const random = randomNumbers(seed);
  const dealt = [...records, ...records.filter(() => random() < 0.33)].map((outcome) => ({ outcome, order: random(), run: Math.floor(random() * writers * 3) })).toSorted((a, b) => a.order - b.order);
  const write = async (writer: number): Promise<void> => {
    for (let part = 0; part < 3; part += 1) {
      const run = writer * 3 + part;
      const own = dealt.filter((each) => each.run === run).map(({ outcome }) => outcome);
      const observedAt = new Date(Date.UTC(2026, 0, 1 + Math.floor(random() * 300), 0, run));
      await importProducts(db, numbered(own, observedAt), { scope: `writer ${writer}`, observedAt, batchSize: 1 + Math.floor(random() * 60) });
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return dealt.length;
}

/** Each of a moment of its own: where two tell of one supplier at the very same one, whoever commits last counts. */
async function* numbered(outcomes: readonly Read[], runTime: Date): AsyncGenerator<Read> {
  for (const [index, outcome] of outcomes.entries()) {
    if (!outcome.ok) continue;
    const { position, observedAt } = outcome.value;
    yield { ok: true, value: { ...outcome.value, observedAt: observedAt ?? new Date(runTime.getTime() + index), position: { ...position, record: index + 1 } } };
  }
}

/** What stands at a JSON pointer of a text; undefined for nothing. */
export function atPointer(document: string, pointer: string): unknown {
  const tokens = pointer.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return tokens.reduce<unknown>((value, token) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[token] : undefined), JSON.parse(document));
}
