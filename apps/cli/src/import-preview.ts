import type { FilePreview, PreviewRecord } from '@1688/mirror';
import type { CommandContext } from './command.ts';

/** What each file is and why, where its columns go, and its first records. */
export function showPreview(previews: readonly FilePreview[], { out, t }: Pick<CommandContext, 'out' | 't'>): void {
  for (const { file, profile, format, encoding, why, candidates, columns, records } of previews) {
    out.line(t('preview.file', { file, profile, format, encoding: encoding ?? '–' }));
    out.line(t('preview.why', { why }));
    const others = candidates.filter((each) => each.profile !== profile);
    if (others.length > 0) out.line(t('preview.candidates', { profiles: others.map((each) => `${each.profile} ${Math.round(each.confidence * 100)} %`).join(', ') }));
    if (columns) {
      out.line();
      out.line(t('preview.columns'));
      out.table(columns.map(({ header, field }) => [header, field ?? t('preview.untold')]), { head: [t('head.column'), t('head.field')] });
    }
    out.line();
    out.line(t('preview.records'));
    out.table(records.map(cellsOf), { head: [t('head.line'), t('head.offerId'), t('head.title'), t('head.price'), t('head.record')] });
    out.line();
  }
}

function cellsOf({ line, product, rejected }: PreviewRecord): (string | number | null)[] {
  if (!product) return [String(line), rejected?.code ?? null, rejected?.field ?? null, null, rejected?.message ?? null];
  const { offerId, title = null, priceMinCny, priceMaxCny, ...others } = product;
  const price = priceMinCny != null && priceMaxCny != null && priceMinCny !== priceMaxCny ? `${priceMinCny}–${priceMaxCny}` : (priceMinCny ?? null);
  return [String(line), offerId, title, price, JSON.stringify(others)];
}
