import { command, option } from '../command.ts';
import { count, text } from '../flag.ts';

export const backupCompare = command({
  name: 'backup compare', args: [{ name: 'restore' }], store: 'existing', options: { table: option('--table <name>', text), limit: option('--limit <number>', count.default(20)) },
  async run({ args, options, flows, mirror }) {
    return { data: await flows.compareBackup(mirror, args[0] ?? '', options), next: [`1688sync backup switch ${args[0]}`, `1688sync backup undo ${args[0]}`] };
  },
  show({ differences, rows }: { differences: { table: string; onlyLive: number; onlyBackup: number; changed: number }[]; rows: { table: string; kind: string; key: Record<string, string>; columns: string[] }[] }, { out, t }) {
    if (differences.length === 0) return out.line(t('backup.same'));
    out.table(differences.map((each) => [each.table, each.onlyLive, each.onlyBackup, each.changed]), { head: [t('head.table'), t('head.onlyLive'), t('head.onlyBackup'), t('head.changed')] });
    out.table(rows.map((each) => [each.table, Object.values(each.key).join(', '), each.kind, each.columns.join(', ')]), { head: [t('head.table'), t('head.record'), t('head.change'), t('head.changed')] });
  },
});
