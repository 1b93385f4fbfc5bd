import { spawn } from 'node:child_process';

/**
 * Runs the command in our place: its input and output are ours, signals reach it, its end becomes our end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<void>} settled when it has ended and our exit code is set
 */
export function run(program, args, options) {
  const child = spawn(program, args, { stdio: 'inherit', ...options });
  // A terminal sends Ctrl-C to the whole group, the child included: passing it on would make it two.
  const terminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  process.on('SIGINT', () => terminal || child.kill('SIGINT'));
  for (const signal of passed) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (signal) endBy(signal);
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

/** @type {NodeJS.Signals[]} */
const passed = process.platform === 'win32' ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

/**
 * Whoever waits for us shall see the same signal.
 * @param {NodeJS.Signals} signal
 */
export function endBy(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** Thrown when we were told to stop while a program was at work; by then it has ended. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}; the next start begins this step again`);
    this.signal = signal;
  }
}

/**
 * Runs a program to its end with all its output on stderr.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} its exit code
 * @throws Interrupted
 */
export async function runQuietly(program, args, options) {
  const child = spawn(program, args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' && !/\.exe$/i.test(program), ...options });
  /** @type {NodeJS.Signals | undefined} */
  let told;
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    told = signal;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', ...passed]) process.on(signal, stop);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        const reason = told ?? signal;
        if (reason) reject(new Interrupted(reason));
        else resolve(code ?? 1);
      });
    });
  } finally {
    for (const signal of ['SIGINT', ...passed]) process.off(signal, stop);
  }
}
