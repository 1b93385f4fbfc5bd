import { expect, test } from 'vitest';
import { textBetweenTags, tidyLines } from './html-text.ts';

test.each([
  ['<p>夏季新款</p><p>雪纺 &amp; 棉</p>', '夏季新款\n雪纺 &amp; 棉'],
  ['一<br>二<BR/>三', '一\n二\n三'],
  ['<script>alert("<p>x</p>")</script>后', '后'],
  ['前<style>p{}</style ><!-- <p>注</p> -->后', '前 后'],
  ['<img src=x onerror=alert(1)>图', '图'],
  ['a < b <b>c</b>', 'a < b c'],
  ['<script>没有结尾', ''],
  ['', ''],
])('the text of %s', (html, text) => {
  expect(tidyLines(textBetweenTags(html))).toBe(text);
});

test('markup that never ends is gone over once', () => {
  for (const piece of ['<', '<script ', '<!--', '<br ', ' \n']) expect(tidyLines(textBetweenTags(piece.repeat(100_000))).length).toBeLessThan(400_000);
});
