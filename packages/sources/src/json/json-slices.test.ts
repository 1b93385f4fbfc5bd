import { expect, test } from 'vitest';
import { sliceJson } from './json-slices.ts';

test('slices are the very text of the values', () => {
  const text = '{ "data": {"list": [ {"price": 47.0, "s": "]}\\""} , 7.10, {"x":[]} ], "a/b~c": null } }';

  const slices = sliceJson(text, new Set(['/data/list/0', '/data/list/1', '/data/list/2', '/data/a~1b~0c', '/data/nothing']));

  expect(Object.fromEntries(slices)).toEqual({ '/data/list/0': '{"price": 47.0, "s": "]}\\""}', '/data/list/1': '7.10', '/data/list/2': '{"x":[]}', '/data/a~1b~0c': 'null' });
});

test('a hundred thousand brackets do not exhaust the stack', () => {
  const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`;

  expect(sliceJson(`{"a":${deep},"b":2}`, new Set(['/b'])).get('/b')).toBe('2');
});
