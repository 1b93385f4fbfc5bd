import { describe, expect, test } from 'vitest';
import { childText, escapeXml, parseXml } from './xml.ts';

describe('parseXml', () => {
  test('reads elements, their text and what is escaped in it', () => {
    const root = parseXml('<?xml version="1.0"?>\n<!-- a > b --><s3:List xmlns:s3="urn:x"><Key>a&amp;b &lt;&#x8fde;&#34;&quot;<![CDATA[<&>]]></Key><Empty/><Also  at="1" /></s3:List>');

    expect(root.name).toBe('List');
    expect(childText(root, 'Key')).toBe('a&b <连""<&>');
    expect(childText(root, 'Empty')).toBe('');
    expect(childText(root, 'Also')).toBe('');
    expect(childText(root, 'None')).toBeNull();
  });

  test.each(['', 'no document', '<a>', '<a><b></a></b>', '<a></a><b></b>', '</a>', '<a', '<a><b>cut', '<a>&lt;</a', '<html><br></html>'])('refuses %s', (text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'STORAGE_IO', retryable: true }));
  });

  test('takes time in proportion to the length, whatever the document', () => {
    const started = performance.now();
    for (const text of [`<a>${'<b '.repeat(200_000)}`, '<'.repeat(200_000), `<a>${'&#'.repeat(200_000)}</a>`, `<!--${'-'.repeat(200_000)}`, `<a ${' x'.repeat(200_000)}`]) {
      try {
        parseXml(text);
      } catch {
        // Most of them are none.
      }
    }

    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

test('escapeXml leaves nothing that begins an element', () => {
  expect(parseXml(`<a>${escapeXml('<"&>')}</a>`).text).toBe('<"&>');
});
