import { isSyncError, type ErrorCode } from '@1688/core';
import type { DecodedImage, DecodeLimits } from './decoder.ts';
import { inlineDecoder } from './inline-decoder.ts';
import type { Recipe } from './recipe.ts';

/** What a child is started with, as JSON in its first argument. */
export interface ChildSettings {
  readonly limits: DecodeLimits;
  /** Resident memory at which the child ends itself. */
  readonly maxMemoryBytes: number;
}

/** `ready` once the program runs; then one answer to each picture. */
export type ChildMessage = { readonly ready: true } | JobReply;
export type JobReply = ({ readonly ok: true; readonly image: DecodedImage } | FailedJob) & {
  /** Resident memory after the picture. */
  readonly memoryBytes: number;
};

export interface FailedJob {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
}

/** Exit code of a child that took too much memory. */
export const memoryExitCode = 86;
const memoryCheckMs = 20;

/** The program of a decoder process: one picture a message, one answer each. `childDecoder` starts it. */
function serve({ limits, maxMemoryBytes }: ChildSettings): void {
  const decoder = inlineDecoder(limits);
  process.on('message', ({ bytes, recipes }: { readonly bytes: Uint8Array; readonly recipes: readonly Recipe[] }) => {
    // libvips works in other threads, so this thread is free to look.
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() > maxMemoryBytes) process.exit(memoryExitCode);
    }, memoryCheckMs);
    const reply = (answer: { readonly ok: true; readonly image: DecodedImage } | FailedJob): void => {
      clearInterval(watch);
      send({ ...answer, memoryBytes: process.memoryUsage.rss() });
    };
    decoder.decode(bytes, recipes).then(
      (image) => reply({ ok: true, image }),
      (error: unknown) => reply(isSyncError(error)
        ? { ok: false, code: error.code, message: error.message, hint: error.hint, retryable: error.retryable }
        : { ok: false, code: 'IMAGE_CORRUPT', message: `Expected a picture, its decoder failed: ${String(error)}`, hint: undefined, retryable: false }),
    );
  });
  process.on('disconnect', () => process.exit()); // also while libvips still works
  send({ ready: true });
}

function send(message: ChildMessage): void {
  process.send?.(message);
}

// Whoever imports this file by mistake is not turned into a decoder.
const settings = process.argv[2];
if (process.send && settings?.startsWith('{')) serve(JSON.parse(settings) as ChildSettings);
