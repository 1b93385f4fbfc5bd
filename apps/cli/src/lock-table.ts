import type { CommandContext } from './command.ts';

interface Shown {
  readonly locks: readonly { readonly field: string; readonly lockedAt: Date; readonly differs: boolean | null; readonly sourceValue: unknown }[];
}

/** The locks of a product: which fields, since when, and what the source says instead. */
export function showLocks({ locks }: Shown, { out, t }: Pick<CommandContext, 'out' | 't'>): void {
  if (locks.length === 0) {
    out.line(t('lock.none'));
    return;
  }
  out.table(locks.map(({ field, lockedAt, differs, sourceValue }) => [field, lockedAt.toISOString(), differs ? JSON.stringify(sourceValue) : '']), { head: [t('head.locked'), t('head.since'), t('head.sourceSays')] });
}
