import { command, option } from '../command.ts';
import { given } from '../flag.ts';
import type { MessageKey } from '../messages/en.ts';

interface Shown {
  readonly syncRecord: { readonly id: string } | null;
  readonly products: number;
  readonly suppliers: number;
  readonly values: number;
  readonly removed: number;
  readonly restored: number;
  readonly keptCount: number;
  readonly kept: readonly { readonly entity: string; readonly sourceId: string; readonly field: string; readonly reason: string; readonly syncRecordId: string | null }[];
}

export const syncRevert = command({
  name: 'sync revert', args: [{ name: 'id' }], store: 'existing', options: { dryRun: option('--dry-run', given) },
  async run({ args, options, flows, mirror, signal, onProgress }) {
    const [id = ''] = args;
    const data = await flows.revertSync(mirror, id, { dryRun: options.dryRun, signal, onProgress });
    return { data, next: data.syncRecord === null ? [`1688sync sync revert ${id}`] : [`1688sync sync diff ${data.syncRecord.id}`, `1688sync sync revert ${data.syncRecord.id}`] };
  },
  show({ syncRecord, products, suppliers, values, removed, restored, keptCount, kept }: Shown, { out, t }) {
    out.line(t(syncRecord === null ? 'revert.planned' : 'revert.done', { values, products, suppliers, removed, restored, kept: keptCount }));
    if (kept.length === 0) return;
    out.table(kept.map(({ sourceId, field, reason, syncRecordId }) => [sourceId, field, t(`revert.${reason}` as MessageKey), syncRecordId]), { head: ['ID', t('head.field'), t('head.reason'), t('head.run')] });
  },
});
