import type { ImageFailure, ImageOutcomes, SettledImages } from '@1688/db';
import type { StoredImage } from '@1688/images';

/** How one download ended. */
export type PullOutcome =
  | { readonly canonicalUrl: string; readonly image: StoredImage; readonly before?: string }
  | { readonly canonicalUrl: string; readonly failure: ImageFailure }
  | { readonly canonicalUrl: string; readonly unchanged: true };

/** Collects outcomes and writes them together: one transaction for many pictures. */
export interface OutcomeWriter {
  /** Resolves at once while few wait to be written, else when there is room. @throws what a former write threw */
  add(outcome: PullOutcome): Promise<void>;
  /** Writes all that waits. @throws */
  flush(): Promise<void>;
}

export interface OutcomeWriterOptions {
  readonly settle: (outcomes: ImageOutcomes) => Promise<SettledImages>;
  /** Told after the commit, without those whose bytes were collected meanwhile. */
  readonly onWritten: (outcomes: readonly PullOutcome[]) => void;
  /** Most outcomes of one transaction. Default 64. */
  readonly batchSize?: number;
  /** Longest time an outcome waits to be written. Default 200. */
  readonly delayMs?: number;
}

export function outcomeWriter({ settle, onWritten, batchSize = 64, delayMs = 200 }: OutcomeWriterOptions): OutcomeWriter {
  const waiting: PullOutcome[] = [];
  let writing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failed: { readonly error: unknown } | null = null;

  async function writeBatch(): Promise<void> {
    const batch = waiting.splice(0, batchSize);
    try {
      const { absent } = await settle(toOutcomes(batch));
      const lost = new Set(absent);
      onWritten(batch.filter(({ canonicalUrl }) => !lost.has(canonicalUrl)));
    } catch (error) {
      failed = { error }; // thrown by the next call, where somebody waits for it
    }
  }

  /** One batch; commits that are few cost little, so what is not a full one waits again. */
  function write(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    writing ??= writeBatch().finally(() => {
      writing = null;
      if (waiting.length > 0 && failed === null) timer ??= setTimeout(() => void write(), waiting.length >= batchSize ? 0 : delayMs);
    });
    return writing;
  }

  function check(): void {
    if (failed) throw failed.error;
  }

  return {
    async add(outcome) {
      check();
      waiting.push(outcome);
      if (waiting.length >= batchSize) void write();
      else if (!writing) timer ??= setTimeout(() => void write(), delayMs);
      if (waiting.length >= 4 * batchSize) await write();
      check();
    },
    async flush() {
      while (waiting.length > 0 || writing) {
        await write();
        check();
      }
      check();
    },
  };
}

function toOutcomes(batch: readonly PullOutcome[]): ImageOutcomes {
  return {
    stored: batch.flatMap((each) => ('image' in each ? [{ ...each.image, canonicalUrl: each.canonicalUrl }] : [])),
    failed: batch.flatMap((each) => ('failure' in each ? [{ ...each.failure, canonicalUrl: each.canonicalUrl }] : [])),
    unchanged: batch.flatMap((each) => ('unchanged' in each ? [each.canonicalUrl] : [])),
  };
}
