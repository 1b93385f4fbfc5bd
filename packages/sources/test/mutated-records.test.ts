import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSyncError, parseProduct, parseProductUpdate } from '@1688/core';
import { builtInProfiles, type ProductOutcome } from '@1688/sources';
import { fixture, readAll } from './read-all.ts';

/** Values that were met where something else was expected, and some that nobody has met yet. */
const odd = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(
    null, '', 'null', 0, -1, 1e21, '1e400', 'NaN', true, [], {}, [null], [[]], [{}], '\u0000', '\uD800', '\uE5E5', '<b>', '¥12起', '面议', '6.1E+11', '１２', '1.2万+', '33%', '2024-13-45', 45_512.5,
    { $numberLong: '1' }, { $oid: 'x' }, '__proto__', 'x'.repeat(5_000), '9'.repeat(80), 'https://', '//', 'data:,', 'b2b-', '::;;', ',;>', '"', "'",
  ) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
const change = fc.record({ place: fc.nat(), value: odd, how: fc.constantFrom('replace' as const, 'remove' as const, 'double' as const) });
type Change = { readonly place: number; readonly value: unknown; readonly how: 'replace' | 'remove' | 'double' };

/** The document with some values replaced, removed or put into a list twice. */
function mutated(document: unknown, changes: readonly Change[]): unknown {
  const copy = structuredClone(document);
  for (const { place, value, how } of changes) {
    const places: (() => void)[] = [];
    visit(copy, (holder, key) => places.push(() => {
      if (how === 'remove') delete holder[key];
      else holder[key] = how === 'double' ? [holder[key], structuredClone(holder[key])] : structuredClone(value);
    }));
    if (places.length > 0) places[place % places.length]!();
  }
  return copy;
}

function visit(node: unknown, found: (holder: Record<string, unknown>, key: string) => void): void {
  if (typeof node !== 'object' || node === null) return;
  for (const key of Object.keys(node)) {
    found(node as Record<string, unknown>, key);
    visit((node as Record<string, unknown>)[key], found);
  }
}

/** The records of all fixtures, as JSON, by the profile that reads them. */
async function documentsByProfile(): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const documents = new Map<string, unknown[]>();
  for (const name of await readdir(fixture('.'))) {
    for (const { item, ok, value } of (await readAll(fixture(name))).map(wide)) {
      const [profile, text] = ok ? [value!.profile, value!.document] : [item!.profile ?? '', item!.document];
      const parsed = asJson(text);
      if (parsed !== undefined) documents.set(profile, [...(documents.get(profile) ?? []), parsed]);
    }
  }
  return documents;
}

function wide(outcome: ProductOutcome): { ok: boolean; value?: Extract<ProductOutcome, { ok: true }>['value']; item?: Extract<ProductOutcome, { ok: false }>['item'] } {
  return outcome;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // rejects of broken text
  }
}

function check(outcome: ProductOutcome): void {
  if (outcome.ok) {
    const parsed = (outcome.value.kind === 'message' ? parseProductUpdate : parseProduct)(outcome.value.product);
    expect(parsed).toEqual(outcome.value.product);
    expect(JSON.stringify(outcome.value.product)).not.toContain('\\u0000');
  } else {
    const { cause } = outcome.error; // of broken JSON the parser's own error, else nothing: a TypeError would be a profile that failed
    expect(isSyncError(outcome.error) && (cause === undefined || cause instanceof SyntaxError || isSyncError(cause)), `${String(outcome.error)} ${String(cause)} ${outcome.item.document}`).toBe(true);
    expect(outcome.error.hint).toBeTruthy();
    expect(outcome.item.field !== null || outcome.error.code === 'RECORD_INVALID', `${outcome.error.code} ${outcome.item.document}`).toBe(true);
  }
}

const documents = await documentsByProfile();
const recordsInAll = 10_000;
const recordsInFeed = 40;
const feeds = Math.ceil(recordsInAll / recordsInFeed / builtInProfiles.length);

describe.each(builtInProfiles.map(({ name }) => name))('%s', (profile) => {
  test('mutated in any place, its records become products of the schema, or rejects with code and field', async () => {
    const own = documents.get(profile) ?? [];
    expect(own.length, 'fixtures').toBeGreaterThan(0);
    const record = fc.record({ which: fc.nat(), changes: fc.array(change, { minLength: 1, maxLength: 4 }) });

    await fc.assert(fc.asyncProperty(fc.array(record, { minLength: recordsInFeed, maxLength: recordsInFeed }), async (records) => {
      const lines = records.map(({ which, changes }) => JSON.stringify(mutated(own[which % own.length], changes)));
      const outcomes = await readAll(Buffer.from(lines.join('\n')), { profile, name: 'mutated.jsonl' });

      for (const outcome of outcomes) check(outcome);
    }), { numRuns: feeds, endOnFailure: true });
  });
});

const files = await readdir(fixture('.'));

describe.each(files)('%s', (file) => {
  test('cut off or damaged at any byte, it yields outcomes or says what the file is', async () => {
    const whole = await readFile(fixture(file));

    await fc.assert(fc.asyncProperty(fc.nat(whole.length), fc.uint8Array({ maxLength: 4 }), fc.boolean(), async (at, noise, cut) => {
      const damaged = Buffer.concat([whole.subarray(0, at), noise, cut ? Buffer.alloc(0) : whole.subarray(at)]);

      for (const outcome of await outcomesOrError(damaged)) check(outcome);
    }), { numRuns: 25 });
  });
});

/** No outcomes where the input as a whole is refused; any other failure fails the test. */
async function outcomesOrError(input: Uint8Array): Promise<readonly ProductOutcome[]> {
  try {
    return await readAll(input);
  } catch (error) {
    expect(isSyncError(error), String(error)).toBe(true);
    return [];
  }
}

test('random bytes, as they come or behind the first bytes of a known file, never do more than be refused', async () => {
  const start = fc.constantFrom('', '{"', '[', '[{', 'cb({', '\uFEFF', 'PK\u0003\u0004', '商品ID,商品标题\n', 'version 1.00\n', '"', '<');

  await fc.assert(fc.asyncProperty(start, fc.uint8Array({ maxLength: 3_000 }), async (head, bytes) => {
    for (const outcome of await outcomesOrError(Buffer.concat([Buffer.from(head), bytes]))) check(outcome);
  }), { numRuns: 300 });
});

describe('a feed cut to a tenth', () => {
  const row = { item_id: '610000000001', product_url: 'https://detail.1688.com/offer/610000000001.html', title: '夏季雪纺连衣裙女', price: '35.00' };
  const rows = Array.from({ length: 100 }, (_, index) => ({ ...row, item_id: String(610_000_000_001 + index) }));
  const feed = {
    jsonl: rows.map((each) => JSON.stringify(each)).join('\n'),
    array: `[\n${rows.map((each) => JSON.stringify(each)).join(',\n')}\n]`,
    csv: `商品ID,商品链接,商品标题,价格,备注\n${rows.map((each) => [each.item_id, each.product_url, each.title, each.price, '现货'].join(',')).join('\n')}`,
  };

  test.each(Object.entries(feed))('%s: what was whole is read, and one reject says where it ends', async (_name, text) => {
    const whole = Buffer.from(text);

    for (let length = whole.length / 10; length < whole.length / 10 + 120; length += 1) {
      const cut = whole.subarray(0, length);
      const outcomes = await readAll(cut);
      const good = outcomes.filter((outcome) => outcome.ok);
      const lines = cut.toString('utf8').split('\n');

      expect(good.length).toBeGreaterThanOrEqual(lines.filter((line) => /"35\.00"\}|35\.00,现货$/.test(line)).length);
      expect(good.length).toBeLessThanOrEqual(lines.filter((line) => /"35\.00"\}|35\.00,/.test(line)).length); // what a last cell lacks cannot be seen
      expect(outcomes.length - good.length).toBeLessThanOrEqual(1);
      for (const { value } of good) expect(value.product).toMatchObject({ title: row.title, priceMinCny: '35.00' });
    }
  });
});
