import { describe, expect, test } from 'vitest';
import { checkKey, checkPrefix, compareKeys } from './key.ts';

describe('checkKey', () => {
  test('accepts what stores really hold', () => {
    const keys = ['sha256/ab/cd/abcd.jpg', '1688sync/你好 (1).jpg', 'a', '.hidden', '..two/x', 'a b/c+d=e@f,g!', 'console', 'common.txt', 'nullable', 'x'.repeat(255), "it's", '.1688sync-store.json', '.tmpx/y', 'a/.tmp/b'];
    for (const key of keys) expect(() => checkKey(key), key).not.toThrow();
  });

  test('refuses what a backend could read as something else', () => {
    const keys = ['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/..', './a', 'a\\b', 'a:b', 'a*', 'a?', 'a"', 'a<b', 'a|b', 'a\0', 'a\u0085', 'a\nb', 'con', 'CON.txt', 'x/nul', 'com1', 'LPT9.jpg', 'COM¹', 'con .txt', 'a.', 'a ', 'x'.repeat(256), '字'.repeat(86), `${'ab/'.repeat(400)}c`, 'e\u0301', '\ud800', '.tmp', '.tmp/a', '.TMP/a'];
    for (const key of keys) expect(() => checkKey(key), JSON.stringify(key)).toThrow(expect.objectContaining({ code: 'STORAGE_KEY', retryable: false }));
  });

  test('refuses what is no text', () => {
    expect(() => checkKey(5 as unknown as string)).toThrow(expect.objectContaining({ code: 'STORAGE_KEY' }));
  });
});

describe('checkPrefix', () => {
  test('accepts the beginning of a key, wherever it is cut', () => {
    for (const prefix of ['', 'a', 'a/', 'a/b', 'a/b/', 'sha256/ab/c', 'a.', 'a/.']) expect(() => checkPrefix(prefix), prefix).not.toThrow();
  });

  test('refuses what begins no key', () => {
    for (const prefix of ['/', '../', 'a//', 'a/../b', 'a\\b/', '.tmp/']) expect(() => checkPrefix(prefix), prefix).toThrow(expect.objectContaining({ code: 'STORAGE_KEY' }));
  });
});

test('compareKeys orders by UTF-8 bytes, also beyond U+FFFF', () => {
  const keys = ['', 'a', 'a-', 'a.', 'a/', 'a0', 'aa', 'é', '\ud7ff', '\ue000', '\uff4a', '\uffff', '\u{10000}', '\u{20bb7}', '\u{10ffff}'];

  expect(keys.toReversed().toSorted(compareKeys)).toEqual(keys);
  expect(keys.toReversed().toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))).toEqual(keys);
});
