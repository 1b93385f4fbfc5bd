import { command } from '../command.ts';
import type { MessageKey } from '../messages/en.ts';

interface Place {
  readonly pointer: string;
}

interface Explained {
  readonly field: string;
  readonly value: unknown;
  readonly from: 'document' | 'lock' | 'caller' | 'nothing';
  readonly since: Date | null;
  readonly document: { readonly kind: string; readonly profile: string; readonly mapperVersion: number; readonly syncRecordId: string | null; readonly input: string | null; readonly observedAt: Date; readonly line: number | null; readonly pointer: string } | null;
  readonly places: readonly Place[];
  readonly documentSays: unknown;
}

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};

export const productExplain = command({
  name: 'product explain', args: [{ name: 'offerId' }, { name: 'field', optional: true }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    const [offerId = '', field] = args;
    return { data: await flows.explainProduct(mirror, offerId, { field }) };
  },
  show({ fields }: { fields: readonly Explained[] }, { out, t }) {
    const [only, ...others] = fields;
    if (only && others.length === 0) {
      const { document } = only;
      const rows: readonly (readonly [string, string])[] = [
        [t('head.field'), only.field], [t('head.value'), JSON.stringify(only.value)], [t('head.comesFrom'), t(`explain.${only.from}` as MessageKey)], [t('head.since'), only.since?.toISOString() ?? ''],
        [t('head.profile'), document ? `${document.profile} ${document.mapperVersion} (${document.kind})` : ''], [t('head.run'), document?.syncRecordId ?? ''], [t('head.input'), document?.input ?? ''],
        [t('head.line'), document?.line == null ? '' : String(document.line)], [t('head.recordAt'), document?.pointer ?? ''], [t('head.observedAt'), document?.observedAt.toISOString() ?? ''],
        [t('head.sourceSays'), only.documentSays === null ? '' : JSON.stringify(only.documentSays)],
      ];
      out.table(rows.filter(([, value]) => value !== ''));
      if (only.places.length > 0) {
        out.line();
        out.table(only.places.map((place) => [place.pointer, 'raw' in place ? JSON.stringify(place.raw) : '…']), { head: [t('head.place'), t('head.raw')] });
      }
      return;
    }
    out.table(fields.map(({ field, value, from, document, places }) => [
      field, shown(value), from === 'document' ? '' : t(`explain.${from}` as MessageKey), places.length > 2 ? `${places[0]!.pointer} +${places.length - 1}` : places.map(({ pointer }) => pointer).join(' '),
      document ? `${document.profile} ${document.mapperVersion}` : '', document?.syncRecordId ?? '', document?.observedAt.toISOString() ?? '',
    ]), { head: [t('head.field'), t('head.value'), t('head.comesFrom'), t('head.place'), t('head.profile'), t('head.run'), t('head.observedAt')] });
  },
});
