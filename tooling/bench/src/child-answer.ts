import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const node = ['--conditions=@1688/source', '--disable-warning=ExperimentalWarning'];

/** Runs a program of ours in a Node process of its own, or another `command`, with `order` as JSON, and gives the JSON that it prints. */
export async function childAnswer<Answer>(program: URL, order: unknown, signal: AbortSignal, command: readonly string[] = [process.execPath, ...node]): Promise<Answer> {
  const [executable = '', ...args] = [...command, fileURLToPath(program), JSON.stringify(order)];
  const child = spawn(executable, args, { stdio: ['ignore', 'pipe', 'inherit'], signal });
  const [output, [code]] = (await Promise.all([text(child.stdout), once(child, 'close')])) as [string, [number | null]];
  if (code !== 0) throw new Error(`${fileURLToPath(program)} ended with ${code}.`);
  return JSON.parse(output) as Answer;
}
