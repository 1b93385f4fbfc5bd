import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedById, safeName } from './safe-name.ts';

describe('safeName', () => {
  test.each([
    ['夏季新款 雪纺/连衣裙 "女"?', '夏季新款 雪纺／连衣裙 ＂女＂？'],
    ['con', '_con'], ['NUL.txt', '_NUL.txt'], ['..', '_'], ['', '_'], ['a. ', 'a'], ['.hidden', 'hidden'], ['一\n二\u0000三', '一 二 三'], ['e\u0301', 'é'],
  ])('%j becomes %j', (text, name) => {
    expect(safeName(text)).toBe(name);
  });

  test('any text becomes a name that Windows, macOS and Linux take', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const name = safeName(text);

      expect(name).toMatch(/^[^<>:"/\\|?*\p{Cc}]+$/u);
      expect(name).not.toMatch(/[. ]$|^\.{1,2}$/);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
    }));
  });
});

test('ids that differ only in case or in refused characters keep different names', () => {
  const names = ['b2b-abc', 'b2b-ABC', 'a/b', 'a／b', 'a:b'].map((id) => namedById('裙', id).toLowerCase());

  expect(new Set(names).size).toBe(5);
  expect(namedById('雪纺连衣裙', '610947572360')).toBe('雪纺连衣裙 610947572360');
});
