import { isSyncError, type ErrorCode } from '@1688/core';
import type { DecodedImage, DecodeLimits } from './decoder.ts';
import { inlineDecoder } from './inline-decoder.ts';
import type { Recipe } from './recipe.ts';

/** What the child answers to one picture. */
export type JobReply = { readonly ok: true; readonly image: DecodedImage } | FailedJob;

export interface FailedJob {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
}

/** The program of a decoder process: one picture a message, one answer each. `childDecoder` starts it. */
function serve(limits: DecodeLimits): void {
  const decoder = inlineDecoder(limits);
  process.on('message', ({ bytes, recipes }: { readonly bytes: Uint8Array; readonly recipes: readonly Recipe[] }) => {
    decoder.decode(bytes, recipes).then(
      (image) => answer({ ok: true, image }),
      (error: unknown) => answer(isSyncError(error)
        ? { ok: false, code: error.code, message: error.message, hint: error.hint, retryable: error.retryable }
        : { ok: false, code: 'IMAGE_CORRUPT', message: `Expected a picture, its decoder failed: ${String(error)}`, hint: undefined, retryable: false }),
    );
  });
  process.on('disconnect', () => process.exit()); // also while libvips still works
}

function answer(reply: JobReply): void {
  process.send?.(reply);
}

serve(JSON.parse(process.argv[2] ?? '{}') as DecodeLimits);
