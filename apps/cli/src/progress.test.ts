import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { progressReporter } from './progress.ts';

function reporter(style: 'bar' | 'plain' | 'events' | 'none') {
  const stream = new PassThrough();
  let time = 0;
  const made = progressReporter({ stream, style, now: () => time });
  return { ...made, at(ms: number) { time = ms; }, text: () => String(stream.read() ?? '') };
}

test('away from a terminal a plain line appears every ten seconds and no escape codes', () => {
  const progress = reporter('plain');

  progress.report({ done: 10, total: 100, unit: 'rows' });
  progress.at(10_000);
  progress.report({ done: 50, total: 100, unit: 'rows' });
  progress.at(15_000);
  progress.report({ done: 60, total: 100, unit: 'rows' });

  expect(progress.text()).toBe('50 / 100 rows · 50% · 5.0/s · 10 s left\n');
});

test('on a terminal one line is redrawn and removed before other text', () => {
  const progress = reporter('bar');

  progress.report({ done: 1, total: 2 });
  progress.clear();

  expect(progress.text()).toMatch(/^\r\u001B\[K█{10}░{10} 1 \/ 2.*\r\u001B\[K$/s);
});

test('as events each report is one JSON line', () => {
  const progress = reporter('events');

  progress.report({ done: 3, unit: 'images' });

  expect(JSON.parse(progress.text())).toEqual({ event: 'progress', done: 3, unit: 'images' });
});
