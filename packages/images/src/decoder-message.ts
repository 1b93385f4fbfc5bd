import type { ErrorCode } from '@1688/core';
import type { DecodedImage, DecodeLimits } from './decoder.ts';

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
