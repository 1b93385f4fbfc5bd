import { describe, expect, test } from 'vitest';
import { toCsvLine, toExcelCsvLine } from './csv.ts';
import type { ExportColumn } from './export-columns.ts';

const column = (type: ExportColumn['type']): ExportColumn => ({ zh: '列', en: 'column', of: (row) => row['value'], type, width: 1 });
const excel = (value: unknown, type: ExportColumn['type']): string => toExcelCsvLine([column(type)], { value }).slice(0, -1);

describe('a line of CSV', () => {
  test('ends in a carriage return and quotes delimiters, quotes, line breaks and outer blanks', () => {
    expect(toCsvLine(['5" 屏幕', 'a,b', '一\n二', ' x', null, undefined, 0, false])).toBe('"5"" 屏幕","a,b","一\n二"," x",,,0,false\r');
  });

  test.each(['=1+1', '+86 571', '-有货-', '@SUM(A1)', '\tcmd'])('puts a quote before %j, which a spreadsheet would run', (text) => {
    expect(toCsvLine([text])).toMatch(/^"?'/);
    expect(toCsvLine([`'${text}`])).toMatch(/^"?''/);
  });

  test('leaves numbers below zero, other quotes and JSON as they are', () => {
    expect(toCsvLine(["-12.50", "'90s 复古", [{ minQuantity: 2 }], new Date('2026-03-01T02:03:04Z')])).toBe(`-12.50,'90s 复古,"[{""minQuantity"":2}]",2026-03-01T02:03:04.000Z\r`);
  });
});

describe('a line of CSV for Excel', () => {
  test.each(['610947572360123456', '00071', '1-2', '3E10', '2024/1/5', 'MAR1', '10%', 'TRUE'])('keeps the code %s as text', (text) => {
    expect(excel(text, 'id')).toBe(`"=""${text}"""`);
  });

  test.each(['DM-0-00', 'b2b-2217592221256', '旺旺号'])('leaves the code %s, which Excel does not change', (text) => {
    expect(excel(text, 'id')).toBe(text);
  });

  test('never wraps what is no plain code', () => {
    expect(excel('=HYPERLINK("x")', 'id')).toBe(`"'=HYPERLINK(""x"")"`);
    expect(excel('1"&A1&"2', 'id')).toBe('"1""&A1&""2"');
  });

  test('writes times by the clock of China and money as it is stored', () => {
    expect(excel(new Date('2026-03-01T20:03:04Z'), 'time')).toBe('2026-03-02 04:03:04');
    expect(excel('31.5000', 'money')).toBe('31.5000');
  });
});
