import { isSyncError } from '@1688/core';
import type { DecodedImage } from './decoder.ts';
import { memoryExitCode, type ChildMessage, type ChildSettings, type FailedJob } from './decoder-message.ts';
import { inlineDecoder } from './inline-decoder.ts';
import type { Recipe } from './recipe.ts';

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
