import { expect, test } from 'vitest';
import { cellXml, columnName, escapeXml } from './workbook-cells.ts';

test('an id of 18 digits is text that stays text when the cell is edited', () => {
  expect(cellXml('A2', '610947572360123456', 'id')).toBe('<c r="A2" s="2" t="inlineStr"><is><t xml:space="preserve">610947572360123456</t></is></c>');
});

test('a price keeps every digit, and nothing is written for an empty cell', () => {
  expect(cellXml('B2', '9999999999.1234', 'money')).toContain('<v>9999999999.1234</v>');
  expect([null, undefined, ''].map((value) => cellXml('B2', value, 'money'))).toEqual(['', '', '']);
});

test('a time is a date of Excel on the clock of China', () => {
  expect(cellXml('C2', '2026-01-01T16:00:00.000Z', 'time')).toContain('<v>46024</v>'); // 2026-01-02 00:00
});

test('a title that looks like a formula is text with the mark that keeps it so', () => {
  expect(cellXml('D2', '=SUM(1+1)', 'text')).toMatch(/s="7" t="inlineStr".*=SUM\(1\+1\)/);
});

test('what XML or Excel would misread is left out or spelled out', () => {
  expect(escapeXml('a\u0000\u001Fb\uD800<&">')).toBe('ab\uFFFD&lt;&amp;&quot;&gt;');
  expect(cellXml('A1', 'x_x0041_', 'text')).toContain('x_x005F_x0041_');
});

test('text longer than a cell holds is cut between characters', () => {
  const text = cellXml('A1', `${'x'.repeat(32_766)}😀`, 'text').replace(/<[^<>]*>/g, '');

  expect(text).toHaveLength(32_766);
});

test.each([[0, 'A'], [25, 'Z'], [26, 'AA'], [701, 'ZZ'], [702, 'AAA']])('column %i is %s', (index, name) => {
  expect(columnName(index)).toBe(name);
});
