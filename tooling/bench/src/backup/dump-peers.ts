import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { ensure } from '../debian-needs.ts';

const runs = (program: string, flag: string): boolean => spawnSync(program, [flag], { stdio: 'ignore' }).status === 0;

/** @throws when pg_dump, pg_restore or restic is missing and cannot be installed */
export function ensureDumpPeers(say: (sentence: string) => void): void {
  ensure('pg_dump', ['postgresql-client'], () => runs('pg_dump', '--version') && runs('pg_restore', '--version'), say);
  ensure('restic', ['restic'], () => runs('restic', 'version'), say);
}

/** @returns seconds from start to end @throws with what it said when it fails */
export async function timed(program: string, args: readonly string[], { signal, env = {}, cwd }: { signal: AbortSignal; env?: Readonly<Record<string, string>>; cwd?: string }): Promise<number> {
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], signal, env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) });
  let problem = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problem += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${problem.slice(0, 1_000)}`);
  return (performance.now() - begun) / 1000;
}
