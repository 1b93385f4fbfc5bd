import { expect, test } from 'vitest';
import { onOneLine, parseJson, withoutCallback } from './json-text.ts';

test('no digit of a long number is lost', () => {
  expect(parseJson('{"id":7091800003790954036,"n":822737307,"price":12.50,"big":9007199254740993}').value).toEqual({ id: '7091800003790954036', n: 822_737_307, price: 12.5, big: '9007199254740993' });
});

test('a number in scientific notation stays as it was written, so that a ruined id is seen', () => {
  expect(parseJson('{"id":7.12345E+11}').value).toEqual({ id: '7.12345E+11' });
});

test('digits inside strings are left alone', () => {
  expect(parseJson('{"a":"x:12345678901234567890","b":1}').value).toEqual({ a: 'x:12345678901234567890', b: 1 });
});

test('NaN, Infinity and raw control characters of careless writers do not cost the record', () => {
  const { value, text } = parseJson('{"price":NaN,"max":-Infinity,"title":"连衣裙\n女 NaN"}');

  expect(value).toEqual({ price: 'NaN', max: '-Infinity', title: '连衣裙 女 NaN' });
  expect(JSON.parse(text)).toEqual(value);
});

test.each(['{', '{"a":1,}', 'nonsense', '{"a":"\uFFFF"}', ''])('%j is no record', (text) => {
  expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
});

test('a document is put on one line without touching numbers or strings', () => {
  expect(onOneLine('{\n "a": 47.0,\r\n "b": "x  y\\n",\n "c": [ 1,\n 2 ]\n}')).toBe('{"a":47.0,"b":"x  y\\n","c":[1,2]}');
});

test.each([['mtopjsonp1({"a":1});', '{"a":1}'], ['/**/cb([1])', '[1]'], ['{"a":"f({1})"}', '{"a":"f({1})"}'], ['window.x.y( {"a":")"} ) ;', '{"a":")"} ']])('%s holds %s', (text, inner) => {
  expect(withoutCallback(text)).toBe(inner);
});
