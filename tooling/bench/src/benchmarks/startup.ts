import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { interleaved, ratio } from '../interleaved.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const cli = path.join(root, 'apps/cli/bin/1688sync.mjs');

/** How long the published command takes to answer, against a Node that does nothing. */
export const startup: Benchmark = {
  name: 'startup',
  summary: '1688sync --version and --help against an empty Node process',
  goals: { version: { max: 4 }, help: { max: 6 } },
  async measure({ runs, signal, say }) {
    say('building the command');
    build();
    const rounds = runs ?? 15;
    const contenders = [
      { who: 'node', run: () => elapsedMs(['--eval', '']) },
      { who: 'version', run: () => elapsedMs([cli, '--version']) },
      { who: 'help', run: () => elapsedMs([cli, '--help']) },
    ];
    say(`starting each ${rounds} times`);
    const figures = await interleaved(contenders, { runs: rounds, unit: 'ms', signal });
    return { size: 1, runs: rounds, figures, ratios: { version: ratio(figures, 'version', 'node'), help: ratio(figures, 'help', 'node') } };
  },
};

function build(): void {
  const turbo = path.join(root, 'node_modules/turbo/bin/turbo');
  const { status } = spawnSync(process.execPath, [turbo, 'run', 'build', '--filter=@1688/cli', '--output-logs=errors-only'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The command could not be built; see above.');
}

async function elapsedMs(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const [code] = (await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}.`);
  return performance.now() - started;
}
