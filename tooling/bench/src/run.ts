import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { goalsMet, type Benchmark, type Measured } from './benchmark.ts';
import { benchmarks, growth } from './registry.ts';

/** What a run prints: the form that all commands of 1688sync answer in. */
export type Envelope =
  | { schema: 'bench@1'; ok: true; data: { name: string } & Measured & { goals: Benchmark['goals']; met: boolean }; warnings: string[]; next: string[] }
  | { schema: 'bench@1'; ok: false; error: { code: string; message: string; hint: string | null; retryable: boolean } };

export interface Finished {
  readonly envelope: Envelope;
  readonly json: boolean;
  /** 0 measured, whether or not the goals are met · 1 failed · 2 wrong use. */
  readonly exitCode: 0 | 1 | 2;
}

const usage = 'npm run bench -- NAME [--rows N] [--runs N] [--data DIR] [--pairs FILE] [--growth] [--json]';

/** Runs the benchmark that `args` name. Never throws: what goes wrong is in the envelope. */
export async function runBenchmark(args: readonly string[], { say, signal, defaultData }: { say: (sentence: string) => void; signal: AbortSignal; defaultData: string }): Promise<Finished> {
  const json = args.includes('--json');
  const failed = (exitCode: 1 | 2, code: string, error: unknown, hint: string | null): Finished => {
    const message = error instanceof Error ? error.message : String(error);
    return { json, exitCode, envelope: { schema: 'bench@1', ok: false, error: { code, message, hint, retryable: false } } };
  };
  let wanted: Wanted;
  try {
    wanted = parse(args);
  } catch (error) {
    return failed(2, 'ARGUMENT_INVALID', error, usage);
  }
  try {
    const benchmark = await wanted.load();
    const data = wanted.data ?? (existsSync(defaultData) ? defaultData : null);
    const measured = await benchmark.measure({ rows: wanted.rows, runs: wanted.runs, data, pairs: wanted.pairs, signal, say });
    const { name, goals } = benchmark;
    return { json, exitCode: 0, envelope: { schema: 'bench@1', ok: true, data: { name, ...measured, goals, met: goalsMet(goals, measured.ratios) }, warnings: [], next: [] } };
  } catch (error) {
    return failed(1, signal.aborted ? 'ABORTED' : 'INTERNAL', error, null);
  }
}

interface Wanted {
  readonly load: () => Promise<Benchmark>;
  readonly rows: number | null;
  readonly runs: number | null;
  readonly data: string | null;
  readonly pairs: string | null;
}

function parse(args: readonly string[]): Wanted {
  const options = { json: { type: 'boolean' }, growth: { type: 'boolean', default: false }, rows: { type: 'string' }, runs: { type: 'string' }, data: { type: 'string' }, pairs: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [name, ...rest] = positionals;
  const chosen = values.growth ? growth : benchmarks;
  const load = name === undefined || !Object.hasOwn(chosen, name) ? undefined : chosen[name];
  if (!load || rest.length > 0) throw new Error(`Expected the name of one benchmark (${Object.keys(chosen).join(', ')}), received ${positionals.join(' ') || 'none'}.`);
  if (values.data !== undefined && !existsSync(values.data)) throw new Error(`Expected --data to be a folder, received "${values.data}".`);
  if (values.pairs !== undefined && !existsSync(values.pairs)) throw new Error(`Expected --pairs to be a file, received "${values.pairs}".`);
  return { load, rows: count('--rows', values.rows), runs: count('--runs', values.runs), data: values.data ?? null, pairs: values.pairs ?? null };
}

function count(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`Expected ${flag} to be a whole number of at least 1, received "${text}".`);
  return Number(text);
}
