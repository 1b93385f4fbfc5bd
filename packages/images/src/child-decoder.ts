import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SyncError, throwIfAborted } from '@1688/core';
import type { DecodedImage, DecodeLimits, Decoder } from './decoder.ts';
import type { FailedJob, JobReply } from './decoder-child.ts';
import type { FetchOptions } from './fetcher.ts';
import type { Recipe } from './recipe.ts';

interface Job {
  readonly bytes: Uint8Array;
  readonly recipes: readonly Recipe[];
  readonly resolve: (image: DecodedImage) => void;
  readonly reject: (error: SyncError) => void;
}

export interface ChildDecoderOptions extends DecodeLimits {
  /** Pictures decoded at once, each in a process of its own. Default 2. */
  readonly children?: number;
}

/** How much longer than the decoder itself a child may take before it is ended: it starts, and sends the results. */
const graceMs = 2_000;

/**
 * Decodes in child processes, which start with the first picture, see no environment, and end with this process or with `close`.
 * One that takes too long is killed, one that crashes is replaced; neither disturbs other pictures.
 */
export function childDecoder({ children = 2, ...limits }: ChildDecoderOptions = {}): Decoder {
  const queue: Job[] = [];
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const timeoutMs = (limits.timeoutMs ?? 10_000) + graceMs;
  let closed = false;

  function startNext(): void {
    while (queue.length > 0 && (idle.length > 0 || all.size < children)) {
      const child = idle.pop() ?? start();
      const job = queue.shift();
      if (job) void work(child, job);
    }
  }

  function start(): ChildProcess {
    const child = startChild(limits);
    all.add(child);
    child.once('exit', () => {
      all.delete(child);
      const at = idle.indexOf(child);
      if (at !== -1) idle.splice(at, 1);
      startNext();
    });
    return child;
  }

  async function work(child: ChildProcess, job: Job): Promise<void> {
    keepAlive(child, true);
    try {
      job.resolve(await ask(child, job, timeoutMs));
    } catch (error) {
      job.reject(error instanceof SyncError ? error : crashed('an error of its channel', error));
    }
    if (hasEnded(child)) return; // its exit starts the next job
    keepAlive(child, false);
    idle.push(child);
    startNext();
  }

  return {
    async decode(bytes, recipes, { signal }: FetchOptions = {}) {
      throwIfAborted(signal, 'Decoding a picture');
      if (closed) throw new SyncError('ARGUMENT_INVALID', 'Expected an open decoder, received one that was closed.');
      const { promise, resolve, reject } = Promise.withResolvers<DecodedImage>();
      const job = { bytes, recipes, resolve, reject };
      const abort = (): void => {
        const at = queue.indexOf(job);
        if (at !== -1) queue.splice(at, 1); // what a child works on is short and ends by itself
        reject(new SyncError('ABORTED', 'Decoding a picture was cancelled.', { retryable: true, cause: signal?.reason }));
      };
      signal?.addEventListener('abort', abort, { once: true });
      queue.push(job);
      startNext();
      return promise.finally(() => signal?.removeEventListener('abort', abort));
    },
    async close() {
      closed = true;
      for (const { reject } of queue.splice(0)) reject(new SyncError('ABORTED', 'The decoder was closed.', { retryable: true }));
      await Promise.all([...all].map(end));
    },
  };
}

function startChild(limits: DecodeLimits): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(isSource ? './decoder-child.ts' : './decoder-child.js', import.meta.url));
  const child = fork(file, [JSON.stringify(limits)], {
    execArgv: isSource ? ['--conditions=@1688/source'] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // A decoder needs no secret. Windows starts nothing without its own variables.
    ...(process.platform === 'win32' ? {} : { env: {} }),
  });
  child.on('error', () => {}); // followed by `exit` or a failed send, which are handled
  return child;
}

async function ask(child: ChildProcess, { bytes, recipes }: Job, timeoutMs: number): Promise<DecodedImage> {
  const { promise, resolve, reject } = Promise.withResolvers<DecodedImage>();
  const onMessage = (reply: JobReply): void => (reply.ok ? resolve(reply.image) : reject(toError(reply)));
  const onExit = (code: number | null, signal: string | null): void => reject(crashed(signal ?? `exit code ${code}`));
  const timer = setTimeout(() => {
    reject(new SyncError('IMAGE_TIMEOUT', `Expected a picture that decodes within ${timeoutMs / 1000} s, received one that takes longer.`));
    child.kill('SIGKILL');
  }, timeoutMs);
  child.on('message', onMessage).once('exit', onExit);
  child.send({ bytes, recipes }, (error) => { if (error) reject(crashed('a closed channel', error)); });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off('message', onMessage).off('exit', onExit);
  }
}

function toError({ code, message, hint, retryable }: FailedJob): SyncError {
  return new SyncError(code, message, { retryable, ...(hint === undefined ? {} : { hint }) });
}

function crashed(how: string, cause?: unknown): SyncError {
  return new SyncError('IMAGE_CRASH', `Expected a picture that decodes, its decoder ended with ${how}.`, { cause });
}

/** An idle child must not keep this process running; one that works must. */
function keepAlive(child: ChildProcess, working: boolean): void {
  if (working) child.ref();
  else child.unref();
  if (working) child.channel?.ref();
  else child.channel?.unref();
}

function hasEnded(child: ChildProcess): boolean {
  return child.killed || !child.connected || child.exitCode !== null || child.signalCode !== null;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.ref();
  child.once('exit', () => resolve());
  child.kill('SIGKILL');
  await promise;
}
