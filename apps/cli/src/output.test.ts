import { PassThrough } from 'node:stream';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cut, output } from './output.ts';

function printed(columns: number | null, act: (out: ReturnType<typeof output>) => void): string[] {
  const stream = new PassThrough();
  act(output(stream, columns));
  return String(stream.read() ?? '').split('\n').slice(0, -1);
}

describe('a table', () => {
  test('lines its columns up when cells are Chinese', () => {
    const [first, second] = printed(null, (out) => { out.table([['连衣裙', 'x'], ['a', 'y']]); });

    expect(stringWidth(first?.slice(0, first.indexOf('x')) ?? '')).toBe(stringWidth(second?.slice(0, second.indexOf('y')) ?? ''));
  });

  test('is cut to the width of the terminal, never through a character', () => {
    const lines = printed(30, (out) => { out.table([['610947572360', '夏季新款法式碎花收腰显瘦气质雪纺连衣裙中长款']]); });

    expect(lines).toHaveLength(1);
    expect(stringWidth(lines[0] ?? '')).toBeLessThanOrEqual(30);
    expect(lines[0]).toMatch(/^610947572360 {2}夏季.*…$/);
  });

  test('lets no control character of a title reach the terminal', () => {
    const lines = printed(null, (out) => { out.table([['a\u001B[31mb\r\nc\u202Ed']]); });

    expect(lines).toEqual(['a [31mb c d']);
  });

  test('aligns numbers to the right', () => {
    expect(printed(null, (out) => { out.table([[5], [1200]]); })).toEqual(['   5', '1200']);
  });
});

test('cutting keeps a family emoji whole or leaves it out', () => {
  expect(cut('ab👨‍👩‍👧cd', 4)).toBe('ab…');
});
