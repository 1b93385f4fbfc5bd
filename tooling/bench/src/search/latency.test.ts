import { expect, test } from 'vitest';
import { asText } from '../table.ts';
import { percentiles } from './latency.ts';

test('percentiles are times that were measured, by nearest rank', () => {
  const times = Array.from({ length: 200 }, (_, index) => 200 - index);

  expect(percentiles('ours', times)).toEqual({ who: 'ours', median: 100.5, min: 1, max: 200, p95: 190, p99: 198, unit: 'ms' });
  expect(percentiles('once', [7])).toEqual({ who: 'once', median: 7, min: 7, max: 7, p95: 7, p99: 7, unit: 'ms' });
});

test('the text for people shows them behind the range', () => {
  const data = { name: 'search', size: 1, runs: 1, figures: [percentiles('ours', [1, 2, 3])], ratios: {}, goals: {}, met: true };

  expect(asText({ schema: 'bench@1', ok: true, data, warnings: [], next: [] })).toContain('ours  2 ms (1 to 3; p95 3, p99 3)');
});
