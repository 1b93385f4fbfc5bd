import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  /** What it wrote to both outputs, in the order of arrival. */
  readonly output: string;
}

/**
 * Runs a program to its end without a terminal.
 * @param options `timeoutMs`: then it is killed and `code` is null, default 120,000
 */
export function runProgram(program: string, args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv; timeoutMs?: number }): Promise<Ended> {
  const { cwd, env = process.env, timeoutMs = 120_000 } = options;
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** The same, for what must work. @throws with the output when it does not */
export async function mustRun(program: string, args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv; timeoutMs?: number }): Promise<string> {
  const { code, output } = await runProgram(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}
