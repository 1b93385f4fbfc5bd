import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storableText } from './text.ts';

test('NUL and control characters go, tabs and line breaks stay', () => {
  expect(storableText('连衣\u0000裙\u0007\u007F\t红\r\n蓝')).toBe('连衣裙\t红\r\n蓝');
});

test('half of a surrogate pair becomes the replacement character, a whole one stays', () => {
  expect(storableText('a\uD83Db')).toBe('a\uFFFDb');
  expect(storableText('👗')).toBe('👗');
});

test('full width, private use and rare characters stay as the seller wrote them', () => {
  const title = 'ＡＢＣ（１２）\uE5E5𠮷\u202Eé';

  expect(storableText(title)).toBe(title);
});

test('what comes out is well-formed and holds no NUL, whatever goes in', () => {
  fc.assert(fc.property(fc.array(fc.nat(0xffff)), (units) => {
    const stored = storableText(String.fromCharCode(...units));

    expect(stored.isWellFormed()).toBe(true);
    expect(stored).not.toContain('\u0000');
  }));
});
