import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { ensure } from '../debian-needs.ts';

/** @throws when psql is missing and cannot be installed */
export function ensurePsql(say: (sentence: string) => void): void {
  ensure('psql', ['postgresql-client'], () => spawnSync('psql', ['--version'], { stdio: 'ignore' }).status === 0, say);
}

/** One psql that runs `lines` one after the other and stops at the first that fails. @returns seconds it lived */
export async function psql(address: string, lines: readonly string[], signal: AbortSignal): Promise<number> {
  const started = performance.now();
  const child = spawn('psql', ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', address], { stdio: ['pipe', 'ignore', 'pipe'], signal });
  let problem = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problem += text));
  child.stdin.end(`${lines.join('\n')}\n`);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`psql ended with ${code}: ${problem.slice(0, 2_000)}`);
  return (performance.now() - started) / 1000;
}
