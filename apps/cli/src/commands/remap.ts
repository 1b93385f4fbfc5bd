import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { given } from '../flag.ts';

interface Shown {
  readonly syncRecord: { readonly id: string } | null;
  readonly products: number;
  readonly documents: number;
  readonly changed: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly fields: Readonly<Record<string, number>>;
}

export const remapCommand = command({
  name: 'remap', store: 'existing',
  options: { everything: option('--all', given), dryRun: option('--dry-run', given) },
  async run({ options, flows, mirror, signal, onProgress }) {
    const data = await flows.remapProducts(mirror, { all: options.everything, dryRun: options.dryRun, signal, onProgress });
    const next = data.syncRecord === null ? [`1688sync remap${options.everything ? ' --all' : ''}`] : [`1688sync sync diff ${data.syncRecord.id}`];
    return { data, exitCode: data.rejected + data.skipped > 0 ? exitCodes.partly : exitCodes.done, next: data.changed > 0 ? next : [] };
  },
  show({ products, documents, changed, rejected, skipped, fields }: Shown, { out, t }) {
    out.line(t('remap.done', { products, documents, changed, rejected, skipped }));
    const counted = Object.entries(fields).toSorted((a, b) => b[1] - a[1]);
    if (counted.length > 0) out.table(counted, { head: [t('head.field'), t('head.products')] });
  },
});
