import { SyncError } from '@1688/core';
import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { count, given } from '../flag.ts';

interface Shown {
  readonly tellings: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly differenceCount: number;
  readonly ownValues: number;
  readonly differences: readonly { readonly table: string; readonly row: string; readonly field: string; readonly stored: unknown; readonly replayed: unknown }[];
}

export const rebuildCommand = command({
  name: 'rebuild', store: 'existing',
  options: { check: option('--check', given), limit: option('--limit <number>', count.max(100_000, 'at most 100000').default(100)) },
  async run({ options, flows, mirror, signal, onProgress }) {
    if (!options.check) throw new SyncError('ARGUMENT_INVALID', 'Expected --check, received nothing to do.', { hint: 'rebuild compares the tables with the documents and mends nothing: 1688sync rebuild --check' });
    const data = await flows.checkRebuild(mirror, { limit: options.limit, signal, onProgress });
    return { data, exitCode: data.differenceCount > 0 ? exitCodes.findings : exitCodes.done, next: data.differenceCount > 0 ? ['1688sync remap --all --dry-run'] : [] };
  },
  show({ tellings, rejected, unknown, differenceCount, ownValues, differences }: Shown, { out, t }) {
    out.line(t('rebuild.checked', { tellings, differences: differenceCount, own: ownValues, rejected, unknown }));
    if (differences.length === 0) return;
    out.table(differences.map((each) => [each.table, each.row, each.field, JSON.stringify(each.stored), JSON.stringify(each.replayed)]), { head: [t('head.table'), t('head.row'), t('head.field'), t('head.stored'), t('head.replayed')] });
  },
});
