import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const bootstrap = path.resolve(import.meta.dirname, '..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Listener = (text: string, kill: (signal: NodeJS.Signals) => void) => unknown;

interface Start {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Called with each piece of stdout. */
  readonly onOutput?: Listener;
  /** Called with each piece of stderr. */
  readonly onTalk?: Listener;
}

/** What a script of the clone is: tells how it was started, or ends as it is told. */
const probe = `
const [what, value] = process.argv.slice(2);
if (what === 'exit') process.exit(Number(value));
if (what === 'wait') {
  process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(3); });
  if (value === 'deaf') process.removeAllListeners('SIGTERM');
  console.log('waiting');
  setInterval(() => {}, 1000);
} else console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), env: process.env }));
`;

/** Stands for pnpm: notes each call, takes a moment, and does or fails as the file \`pnpm-fails\` says. */
const pnpm = `#!/bin/sh
echo "$@" >> "$(pwd)/pnpm-calls"
echo "pnpm talks"
sleep 0.3
mkdir -p node_modules && touch node_modules/.modules.yaml
if [ -e pnpm-fails ]; then rm pnpm-fails; exit 4; fi
`;

/** A clone in a temporary folder whose pnpm is a stand-in, so that nothing is fetched. */
export function aClone(): {
  root: string;
  write(name: string, text: string): void;
  installs(): number;
  start(args: string[], options?: Start): Promise<Ended>;
} & Disposable {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'clone-')));
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  cpSync(bootstrap, path.join(root, 'tooling/bootstrap'), { recursive: true, filter: (each) => !each.includes('/test') });
  write('package.json', JSON.stringify({ packageManager: 'pnpm@12.21.0', type: 'module', scripts: { 'ws:cli': 'node probe.mjs', 'ws:test': 'node probe.mjs', 'ws:odd': 'sh -c true' } }));
  write('pnpm-lock.yaml', 'lockfileVersion: 9\n');
  write('probe.mjs', probe);
  const program = '.toolchain/pnpm-12.21.0/node_modules/@pnpm/exe.here/pnpm';
  write(program, pnpm);
  chmodSync(path.join(root, program), 0o755);
  const calls = path.join(root, 'pnpm-calls');
  return {
    root,
    write,
    installs: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0),
    start: (args, options) => start(path.join(root, 'tooling/bootstrap/run.mjs'), args, { cwd: root, ...options }),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function start(script: string, args: string[], { env = {}, cwd, onOutput, onTalk }: Start): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], { cwd, env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const heard = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard.stdout += text;
    onOutput?.(text, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    heard.stderr += text;
    onTalk?.(text, (signal) => child.kill(signal));
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...heard }));
  });
}
