import type { Translate } from './language.ts';

/** Why an offer counts as delisted, or as back: what was told or what showed it, when, and in which run. */
export function evidenceText(evidence: Readonly<Record<string, unknown>> | null, t: Translate): string {
  if (evidence === null) return '';
  const textOf = (name: string): string => String(evidence[name] ?? '–');
  const facts = { status: textOf('status'), told: textOf('told'), at: textOf('observedAt'), run: textOf('syncRecordId'), scope: textOf('scope') };
  if (evidence['kind'] === 'status') return t('evidence.status', facts);
  if (evidence['kind'] === 'shown') return t('evidence.shown', facts);
  const misses = (evidence['misses'] as readonly { readonly syncRecordId: string; readonly observedAt: string }[] | undefined) ?? [];
  return t('evidence.scan', { ...facts, misses: misses.map(({ syncRecordId, observedAt }) => `${syncRecordId} (${observedAt})`).join(', ') });
}
