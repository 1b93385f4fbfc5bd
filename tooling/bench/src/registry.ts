import type { Benchmark } from './benchmark.ts';

/** Every benchmark by name; loaded when it is asked for, since each brings its own peers. */
export const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  api: async () => (await import('./benchmarks/api.ts')).apiBenchmark,
  backup: async () => (await import('./benchmarks/backup.ts')).backupBenchmark,
  history: async () => (await import('./benchmarks/history.ts')).historyBenchmark,
  images: async () => (await import('./benchmarks/images.ts')).imagesBenchmark,
  import: async () => (await import('./benchmarks/import.ts')).importBenchmark,
  reimport: async () => (await import('./benchmarks/reimport.ts')).reimport,
  search: async () => (await import('./benchmarks/search.ts')).searchBenchmark,
  startup: async () => (await import('./benchmarks/startup.ts')).startup,
};

/** What `--growth` measures instead: how it goes on with the number of rows. */
export const growth: Readonly<Record<string, () => Promise<Benchmark>>> = {
  import: async () => (await import('./benchmarks/import-growth.ts')).importGrowth,
};
