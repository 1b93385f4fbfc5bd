import { expect, test } from 'vitest';
import { decodeEntities, plainTitle } from './html-text.ts';

test.each([
  ['夏季<span class=H>连衣裙</span>女', '夏季连衣裙女'], ['<font color="red">连衣裙</font>', '连衣裙'], ['<em>T恤</em>&amp;短裤', 'T恤&短裤'], ['A&#39;s &quot;包&quot;&#x2714;', "A's \"包\"✔"], ['连衣裙\r\n  女', '连衣裙 女'],
])('%j shows as %j', (text, title) => {
  expect(plainTitle(text, 'html')).toBe(title);
});

test.each(['直径<50cm', 'A<Z>C', '5"屏', 'R&B', '\uE5E5新款'])('%s is the seller’s own and stays', (title) => {
  expect(plainTitle(title, 'html')).toBe(title);
});

test('a table cell is plain text unless tags show that it is HTML', () => {
  expect(plainTitle('R&amp;B 手表', 'plain')).toBe('R&amp;B 手表');
  expect(plainTitle('<b>R&amp;B</b> 手表', 'plain')).toBe('R&B 手表');
});

test('references are decoded once, unknown and impossible ones stay', () => {
  expect(decodeEntities('&amp;lt; &bogus; &#0; &#99999999; &')).toBe('&lt; &bogus; &#0; &#99999999; &');
});
