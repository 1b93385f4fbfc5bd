import { command, option } from '../command.ts';
import { count, given } from '../flag.ts';

export const backupPrune = command({
  name: 'backup prune', store: 'existing',
  options: { keepLast: option('--keep-last <number>', count.default(7)), dryRun: option('--dry-run', given) },
  async run({ options, flows, mirror, signal }) {
    return { data: await flows.pruneBackups(mirror, { ...options, signal }) };
  },
  show(data: { kept: number; removed: unknown[] }, { out, t }) {
    out.line(t('backup.pruned', { kept: data.kept, removed: data.removed.length }));
  },
});
