import { expect, test } from 'vitest';
import { csvRows, type TableRow } from './csv-rows.ts';
import { findDelimiter } from './delimiter.ts';

async function rows(text: string, delimiter = ',', chunkLength = 7): Promise<TableRow[]> {
  async function* chunks(): AsyncGenerator<string> {
    for (let at = 0; at < text.length; at += chunkLength) yield text.slice(at, at + chunkLength);
  }
  const all: TableRow[] = [];
  for await (const batch of csvRows(chunks(), delimiter)) all.push(...batch);
  return all;
}

test('quoted cells keep delimiters, line breaks and doubled quotes; lines are counted in the file', async () => {
  const found = await rows('id,title\r\n1,"a,\r\n""b"""\r\n\r\n2,c\r\n');

  expect(found.map(({ cells, line }) => [line, ...cells])).toEqual([[1, 'id', 'title'], [2, '1', 'a,\n"b"'], [5, '2', 'c']]);
});

test('a quote inside a cell is a character like others', async () => {
  expect((await rows('1,5" 屏幕,x\n2,"a" b,y\n')).map(({ cells }) => cells)).toEqual([['1', '5" 屏幕', 'x'], ['2', '"a" b', 'y']]);
});

test('a quote that is never closed costs its own line only', async () => {
  const found = await rows('1,a\n2,"b\n3,c\n4,d\n');

  expect(found.map(({ line, failure }) => [line, failure?.code])).toEqual([[1, undefined], [2, 'RECORD_INVALID'], [3, undefined], [4, undefined]]);
  expect(found[1]!.raw).toBe('2,"b');
});

test('bytes that did not decode cost their own row only', async () => {
  const found = await rows('1,a\n2,\uFFFF\n3,c\n');

  expect(found.map(({ failure }) => failure?.code)).toEqual([undefined, 'RECORD_INVALID', undefined]);
});

test.each([
  ['商品ID,商品标题\n1,a;b;c\n', ','], ['商品ID;标题;价格\n1;a;2,50\n', ';'], ['offer_id\ttitle\n1\ta, b\n', '\t'], ['sep=|\na|b\n', '|'], ['a,b\n1,2\n', ','], ['商品ID，标题\n1，裙\n', '，'],
])('the delimiter of %j is found', (text, delimiter) => {
  expect(findDelimiter(text)).toBe(delimiter);
});

test('text without columns has none', () => {
  expect(findDelimiter('只是一句话\n还有一句\n')).toBeNull();
});
