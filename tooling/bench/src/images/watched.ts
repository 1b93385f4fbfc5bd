import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface Watched<Answer> {
  readonly answer: Answer;
  /** Of the process and all that it started, user and system. */
  readonly cpuSeconds: number;
  /** The most that all of them had resident together, sampled five times a second; shared pages count in each. */
  readonly peakMb: number;
}

const clockTicks = 100;
const node = [process.execPath, '--conditions=@1688/source', '--disable-warning=ExperimentalWarning'];

/** Runs a program with `order` as JSON and gives the JSON that it prints, and what it and its children needed. Linux only. */
export async function watched<Answer>(program: URL, order: unknown, signal: AbortSignal, command: readonly string[] = node): Promise<Watched<Answer>> {
  const [executable = '', ...args] = [...command, fileURLToPath(program), JSON.stringify(order)];
  // A shell in between: what it has waited for in the end counts all descendants, also those that ended long before.
  const shell = spawn('/bin/sh', ['-c', '"$@"; code=$?; cat /proc/$$/stat >&3; exit $code', 'sh', executable, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'], signal });
  let peakMb = 0;
  const timer = setInterval(() => { peakMb = Math.max(peakMb, residentMb(shell.pid ?? 0)); }, 200);
  const [output, stat, [code]] = (await Promise.all([text(shell.stdout!), text(shell.stdio[3] as NodeJS.ReadableStream), once(shell, 'close')])) as [string, string, [number | null]];
  clearInterval(timer);
  if (code !== 0) throw new Error(`${fileURLToPath(program)} ended with ${code}.`);
  const times = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { answer: JSON.parse(output) as Answer, cpuSeconds: (Number(times[13]) + Number(times[14])) / clockTicks, peakMb };
}

function residentMb(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const stat = fileOf(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const belongs = (pid: number): boolean => pid === root || (parents.has(pid) && parents.get(pid) !== 0 && belongs(parents.get(pid)!));
  let sum = 0;
  for (const pid of parents.keys()) if (pid !== root && belongs(pid)) sum += Number(/^VmRSS:\s+(\d+)/m.exec(fileOf(`/proc/${pid}/status`))?.[1] ?? 0) / 1_024;
  return sum;
}

/** Empty for a process that has ended meanwhile. */
function fileOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
