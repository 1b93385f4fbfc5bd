import type { Benchmark } from './benchmark.ts';

/** Every benchmark by name; loaded when it is asked for, since each brings its own peers. */
export const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  startup: async () => (await import('./benchmarks/startup.ts')).startup,
};
