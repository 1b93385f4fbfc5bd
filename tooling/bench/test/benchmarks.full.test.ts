// needs: postgresql-client python3-sqlalchemy python3-psycopg2 restic
import { expect, test } from 'vitest';
import { runBenchmark } from '../src/run.ts';

const around = { say: () => undefined, signal: new AbortController().signal, defaultData: '/nowhere' };

test('import tells the rate of each contender, and a ratio for each goal', { timeout: 300_000 }, async () => {
  const { envelope, exitCode } = await runBenchmark(['import', '--rows', '200', '--runs', '1', '--json'], around);

  expect(envelope).toMatchObject({ schema: 'bench@1', ok: true, data: { name: 'import', size: 200, runs: 1 } });
  if (!envelope.ok) return;
  const { figures, goals, ratios } = envelope.data;
  expect(figures.map(({ who }) => who)).toEqual(['us', 'limit', 'knex', 'objection', 'sqlalchemy', 'memory']);
  expect(Object.keys(ratios)).toEqual(['limit', 'knex', 'objection', 'sqlalchemy', 'memoryMb']);
  expect(Object.keys(goals)).toEqual(Object.keys(ratios));
  expect(exitCode).toBe(0);
});

test('history tells what it costs', { timeout: 300_000 }, async () => {
  const { envelope } = await runBenchmark(['history', '--rows', '200', '--runs', '1', '--json'], around);

  expect(envelope).toMatchObject({ schema: 'bench@1', ok: true, data: { name: 'history', size: 200 } });
  if (!envelope.ok) return;
  expect(Object.keys(envelope.data.ratios)).toEqual(['unchanged', 'changed']);
});

test('reimport tells rates, dead tuples and WAL', { timeout: 300_000 }, async () => {
  const { envelope } = await runBenchmark(['reimport', '--rows', '200', '--runs', '1', '--json'], around);

  expect(envelope).toMatchObject({ schema: 'bench@1', ok: true, data: { name: 'reimport', size: 200 } });
  if (!envelope.ok) return;
  expect(Object.keys(envelope.data.ratios)).toEqual(['reimport', 'onePercent', 'deadTuples', 'walBytesPerRow']);
  expect(Object.keys(envelope.data.goals)).toEqual(Object.keys(envelope.data.ratios));
  expect(envelope.data.ratios['deadTuples']).toBe(0);
});

test('backup tells a ratio for each goal, and changes that cost little', { timeout: 300_000 }, async () => {
  const { envelope } = await runBenchmark(['backup', '--rows', '8000', '--runs', '1', '--json'], around);

  expect(envelope).toMatchObject({ schema: 'bench@1', ok: true, data: { name: 'backup', size: 8000 } });
  if (!envelope.ok) return;
  expect(Object.keys(envelope.data.goals)).toEqual(Object.keys(envelope.data.ratios));
  expect(envelope.data.ratios['newBytes5pct']).toBeLessThan(0.1);
  expect(envelope.data.ratios['unchangedBytes']).toBe(0);
});
