import { command } from '../command.ts';

export const backupRestore = command({
  name: 'backup restore', args: [{ name: 'backup', optional: true }], store: 'existing', options: {},
  async run({ args, flows, mirror, signal, onProgress }) {
    const data = await flows.restoreBackup(mirror, args[0] ?? 'latest', { signal, onProgress });
    return { data, next: [`1688sync backup switch ${data.id}`, `1688sync backup undo ${data.id}`] };
  },
  show(data: { id: string; target: string; rows: number; images: number; differences: { table: string; onlyLive: number; onlyBackup: number; changed: number }[] }, { out, t }) {
    out.line(t('backup.restored', data));
    if (data.differences.length === 0) out.line(t('backup.same'));
    else out.table(data.differences.map((each) => [each.table, each.onlyLive, each.onlyBackup, each.changed]), { head: [t('head.table'), t('head.onlyLive'), t('head.onlyBackup'), t('head.changed')] });
  },
});
