import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSyncError } from '@1688/core';
import { fixture, readAll } from './read-all.ts';

const sources: readonly (readonly [profile: string, file: string])[] = [['reseller', 'tmapi-detail.json'], ['reseller', 'onebound-item.json'], ['crossborder', 'crossborder-detail.json'], ['crossborder', 'crossborder-seller-offers.json'], ['1688sync-export', 'export.jsonl'], ['table', 'onebound-item.json']];

/** Values that were met where something else was expected, and some that nobody has met yet. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'null', 0, -1, '1e400', 'NaN', true, [], {}, [null], [[]], [{}], '\u0000', '\uD800', '¥12起', '面议', '6.1E+11', { $numberLong: '1' }, '__proto__', 'x'.repeat(5_000)),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The document with one value, chosen by `at`, replaced. */
function mutated(document: unknown, at: number, value: unknown): unknown {
  const places: (() => void)[] = [];
  const copy = structuredClone(document);
  function visit(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      const holder = node as Record<string, unknown>;
      places.push(() => void (holder[key] = value));
      visit(holder[key]);
    }
  }
  visit(copy);
  places[at % places.length]!();
  return copy;
}

describe.each(sources)('%s, %s', (profile, file) => {
  test('mutated in any place, it yields outcomes and never throws', async () => {
    const text = (await readFile(fixture(file), 'utf8')).trim();
    const documents = file.endsWith('.jsonl') ? text.split('\n').map((line) => JSON.parse(line) as unknown) : [JSON.parse(text) as unknown];

    await fc.assert(fc.asyncProperty(fc.nat(), odd, fc.nat(), odd, async (first, one, second, other) => {
      const lines = documents.map((document) => JSON.stringify(mutated(mutated(document, first, one), second, other)));
      const outcomes = await readAll(Buffer.from(lines.join('\n')), { profile, name: 'mutated.jsonl' });

      for (const outcome of outcomes) {
        if (outcome.ok) expect(outcome.value.product.offerId).not.toBe('');
        else expect(isSyncError(outcome.error) && outcome.item.document !== '').toBe(true);
        if (!outcome.ok) expect(outcome.error.cause, String(outcome.error.cause)).toBeUndefined();
      }
    }), { numRuns: 150 });
  });

  test('cut off or damaged at any byte, it yields outcomes or says what the file is', async () => {
    const whole = await readFile(fixture(file));

    await fc.assert(fc.asyncProperty(fc.nat(whole.length), fc.uint8Array({ maxLength: 4 }), fc.boolean(), async (at, noise, cut) => {
      const damaged = Buffer.concat([whole.subarray(0, at), noise, cut ? Buffer.alloc(0) : whole.subarray(at)]);

      await readAll(damaged).catch((error: unknown) => expect(isSyncError(error), String(error)).toBe(true));
    }), { numRuns: 60 });
  });
});
