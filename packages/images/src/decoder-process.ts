import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SyncError } from '@1688/core';
import type { DecodedImage } from './decoder.ts';
import { memoryExitCode, type ChildMessage, type ChildSettings, type FailedJob } from './decoder-message.ts';
import type { Recipe } from './recipe.ts';

/** One child that decodes one picture at a time. */
export interface DecoderProcess {
  /** Whether it still takes pictures. */
  readonly isAlive: boolean;
  /** @throws IMAGE_CRASH, IMAGE_TIMEOUT when the child did not outlive the picture; else what the decoder throws */
  decode(bytes: Uint8Array, recipes: readonly Recipe[], timeoutMs: number): Promise<DecodedImage>;
  end(): Promise<void>;
}

/** Where the child's program lies, when not beside this file. */
export type DecoderProgram = string | URL;

const startMs = 30_000;
/** A child that holds more than this between two pictures is replaced: memory in pieces is not given back. */
const restingMemoryBytes = 192 * 1_048_576;

/** @throws FEATURE_UNAVAILABLE when the child's program is not found */
export function startDecoder(settings: ChildSettings, program: DecoderProgram | undefined, onExit: () => void): DecoderProcess {
  const child = fork(programFile(program), [JSON.stringify(settings)], {
    execArgv: isSource() ? ['--conditions=@1688/source'] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // A decoder needs no secret. Windows starts nothing without its own variables. Fewer heaps of malloc hold less memory.
    ...(process.platform === 'win32' ? {} : { env: { MALLOC_ARENA_MAX: '2' } }),
  });
  child.on('error', () => {}); // followed by `exit` or a failed send, which are handled
  child.once('exit', onExit);
  const isAlive = (): boolean => !child.killed && child.connected && child.exitCode === null && child.signalCode === null;
  const ready = answerOf(child, startMs, (message) => 'ready' in message).catch((cause: unknown) => {
    throw new SyncError('FEATURE_UNAVAILABLE', 'Expected a decoder process to start, it did not.', { retryable: true, cause });
  });
  ready.catch(() => {}); // told to whoever decodes
  keepAlive(child, false);
  return {
    get isAlive() { return isAlive(); },
    async decode(bytes, recipes, timeoutMs) {
      keepAlive(child, true);
      try {
        await ready;
        const answer = answerOf(child, timeoutMs, (message) => 'ok' in message);
        child.send({ bytes, recipes }, (error) => { if (error) child.kill('SIGKILL'); });
        const reply = await answer;
        if (!('ok' in reply)) throw new SyncError('INTERNAL', 'Expected an answer of the decoder, received another message.');
        if (reply.memoryBytes > restingMemoryBytes) child.kill('SIGKILL');
        if (reply.ok) return reply.image;
        throw toError(reply);
      } finally {
        if (isAlive()) keepAlive(child, false);
      }
    },
    end: () => end(child),
  };
}

/** Waits for a message of a kind; ends a child that does not give it in time. */
async function answerOf(child: ChildProcess, timeoutMs: number, isIt: (message: ChildMessage) => boolean): Promise<ChildMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<ChildMessage>();
  const onMessage = (message: ChildMessage): void => { if (isIt(message)) resolve(message); };
  const onExit = (code: number | null, signal: string | null): void => reject(death(code, signal));
  const timer = setTimeout(() => {
    reject(new SyncError('IMAGE_TIMEOUT', `Expected a picture that decodes within ${timeoutMs / 1000} s, received one that takes longer.`, { retryable: true }));
    child.kill('SIGKILL');
  }, timeoutMs);
  child.on('message', onMessage).once('exit', onExit);
  if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off('message', onMessage).off('exit', onExit);
  }
}

function death(code: number | null, signal: string | null): SyncError {
  const how = code === memoryExitCode ? 'too little memory' : (signal ?? `exit code ${code}`);
  return new SyncError('IMAGE_CRASH', `Expected a picture that decodes, its decoder ended with ${how}.`, { retryable: true });
}

function toError({ code, message, hint, retryable }: FailedJob): SyncError {
  return new SyncError(code, message, { retryable, ...(hint === undefined ? {} : { hint }) });
}

function isSource(): boolean {
  return import.meta.url.endsWith('.ts');
}

/** No path from this file: in a bundle it has left the package, which may be installed all the same. */
const installedProgram = '@1688/images/decoder-child';

/** Beside this file, which in a bundle is the bundle; else in the installed package. */
function programFile(program: DecoderProgram | undefined): string {
  if (program !== undefined) return typeof program === 'string' ? program : fileURLToPath(program);
  const candidates = isSource() ? ['./decoder-child.ts'] : ['./decoder-child.js', './decoder-child.mjs'];
  const beside = candidates.map((name) => fileURLToPath(new URL(name, import.meta.url))).find((file) => existsSync(file));
  if (beside !== undefined) return beside;
  try {
    return fileURLToPath(import.meta.resolve(installedProgram));
  } catch (cause) {
    throw new SyncError('FEATURE_UNAVAILABLE', 'Expected the program of the decoder processes, found none.', {
      hint: 'Bundle @1688/images/decoder-child as decoder-child.js beside your bundle, or decode inline.', cause,
    });
  }
}

/** An idle child must not keep this process running; one that works must. */
function keepAlive(child: ChildProcess, working: boolean): void {
  if (working) child.ref();
  else child.unref();
  if (working) child.channel?.ref();
  else child.channel?.unref();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.ref();
  child.once('exit', () => resolve());
  child.kill('SIGKILL');
  await promise;
}
