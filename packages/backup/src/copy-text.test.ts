import { describe, expect, test } from 'vitest';
import { collected } from '../test/fixture.ts';
import { copyFields, textLines } from './copy-text.ts';

describe('copyFields', () => {
  test('reads escapes, and tells NULL from an empty text and from backslash N', () => {
    expect(copyFields('a\\tb\t\\N\t\t\\\\N\t\\n\\r')).toEqual(['a\tb', null, '', '\\N', '\n\r']);
  });
});

describe('textLines', () => {
  test('gives whole lines of pieces that break inside of characters', async () => {
    const bytes = Buffer.from('图片\n二\n');
    const pieces = (async function* () { for (const byte of bytes) yield Uint8Array.of(byte); })();

    expect(await collected(textLines(pieces))).toEqual(['图片', '二']);
  });
});
