import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitJson, type JsonPiece } from './json-values.ts';

async function pieces(text: string, chunkLength = text.length || 1, skip = 0): Promise<JsonPiece[]> {
  async function* chunks(): AsyncGenerator<string> {
    for (let at = 0; at < text.length; at += chunkLength) yield text.slice(at, at + chunkLength);
  }
  const all: JsonPiece[] = [];
  for await (const batch of splitJson(chunks(), { skip })) all.push(...batch);
  return all;
}

test('an array comes element by element with its lines', async () => {
  const found = await pieces('[\n{"a":"],{"},\n 7 ,\n\n[1,[2]] ,"x,y"\n]');

  expect(found.map(({ text, line, index }) => [text.trim(), line, index])).toEqual([['{"a":"],{"}', 2, 0], ['7', 2, 1], ['[1,[2]]', 5, 2], ['"x,y"', 5, 3]]);
});

test('objects one after another come one by one, in callbacks too', async () => {
  const found = await pieces('{"a":1}\n{"b":\n2}\ncb({"c":"}"});\n');

  expect(found.map(({ text, line, index }) => [text.trim(), line, index])).toEqual([['{"a":1}', 1, null], ['{"b":\n2}', 2, null], ['{"c":"}"}', 4, null]]);
});

test('the list under the first key comes element by element, what follows it does not', async () => {
  const found = await pieces('{"RECORDS":[{"a":1},{"b":2}],"total":2}', 5, '{"RECORDS":'.length);

  expect(found.map(({ text, index }) => [text, index])).toEqual([['{"a":1}', 0], ['{"b":2}', 1]]);
});

test('text that is no value and a value that is cut off come out too, to be rejected', async () => {
  expect((await pieces('{"a":1} oops {"b":2}')).map(({ text }) => text.trim())).toEqual(['{"a":1}', 'oops', '{"b":2}']);
  expect((await pieces('[{"a":1},{"b":')).map(({ text }) => text)).toEqual(['{"a":1}', '{"b":']);
});

test('where the chunks are cut makes no difference', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.json({ maxDepth: 3 }), { maxLength: 6 }), fc.integer({ min: 1, max: 12 }), async (values, chunkLength) => {
    const found = await pieces(`[${values.join(',\n')}]`, chunkLength);

    expect(found.map(({ text }) => JSON.parse(text) as unknown)).toEqual(values.map((value) => JSON.parse(value) as unknown));
  }), { numRuns: 60 });
});
