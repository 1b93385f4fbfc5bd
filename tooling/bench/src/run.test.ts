import { describe, expect, test } from 'vitest';
import { goalsMet } from './benchmark.ts';
import { interleaved, median, ratio } from './interleaved.ts';
import { runBenchmark } from './run.ts';
import { asText } from './table.ts';

const around = { say: () => undefined, signal: new AbortController().signal, defaultData: '/nowhere' };

describe('measuring', () => {
  test('takes turns and throws the first round away', async () => {
    const order: string[] = [];
    const contender = (who: string, values: number[]) => ({ who, run: async () => (order.push(who), values.shift() ?? 0) });

    const figures = await interleaved([contender('us', [99, 4, 2, 3]), contender('them', [99, 1, 1, 1])], { runs: 3, unit: 'ms', signal: around.signal });

    expect(order.join(' ')).toBe('us them us them us them us them');
    expect(figures).toEqual([{ who: 'us', median: 3, min: 2, max: 4, unit: 'ms' }, { who: 'them', median: 1, min: 1, max: 1, unit: 'ms' }]);
    expect(ratio(figures, 'us', 'them')).toBe(3);
  });

  test('the median of an even number of values lies between the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test('stops when it is told to', async () => {
    await expect(interleaved([{ who: 'us', run: async () => 1 }], { runs: 1, unit: 'ms', signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });

  test('a goal is met inside its limits, and never without a ratio', () => {
    expect(goalsMet({ limit: { min: 0.75 }, memoryMb: { max: 300 } }, { limit: 0.75, memoryMb: 300 })).toBe(true);
    expect(goalsMet({ limit: { min: 0.75 } }, { limit: 0.74 })).toBe(false);
    expect(goalsMet({ limit: { min: 0.75 } }, {})).toBe(false);
  });
});

describe('the command', () => {
  test.each([[[]], [['nothing']], [['startup', 'import']], [['startup', '--rows', 'many']], [['startup', '--unknown']], [['startup', '--growth']], [['constructor']]])('%j is wrong use', async (args) => {
    const { envelope, exitCode } = await runBenchmark([...args, '--json'], around);

    expect(exitCode).toBe(2);
    expect(envelope).toMatchObject({ schema: 'bench@1', ok: false, error: { code: 'ARGUMENT_INVALID' } });
  });

  test('the text for people names each ratio beside its goal', () => {
    const data = { name: 'startup', size: 1, runs: 3, figures: [{ who: 'node', median: 40, min: 39, max: 45, unit: 'ms' }], ratios: { version: 2 }, goals: { version: { max: 4 } }, met: true };

    expect(asText({ schema: 'bench@1', ok: true, data, warnings: [], next: [] })).toBe('startup: size 1, 3 runs\n  node     40 ms (39 to 45)\nratios\n  version  2 (goal: at most 4)\nAll goals are met.');
  });

  test('a ratio without a goal is shown as one', () => {
    const data = { name: 'import', size: 1, runs: 1, figures: [], ratios: { sqlalchemy: 1.9 }, goals: { sqlalchemy: {} }, met: true };

    expect(asText({ schema: 'bench@1', ok: true, data, warnings: [], next: [] })).toContain('sqlalchemy  1.9 (no goal)');
  });
});
