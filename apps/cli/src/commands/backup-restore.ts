import { z } from 'zod';
import { command, option, type CommandContext, type CommandResult } from '../command.ts';
import { confirm } from '../confirm.ts';
import { given, text, words } from '../flag.ts';

const options = {
  tables: option('--tables <names>', words.optional()), products: option('--products <ids>', words.optional()), suppliers: option('--suppliers <ids>', words.optional()),
  policy: option('--policy <policy>', z.enum(['missing-only', 'overwrite', 'report'], 'one of missing-only, overwrite, report').default('missing-only')),
  safetyBackup: option('--no-safety-backup', z.boolean().default(true)), yes: option('--yes', given), confirm: option('--confirm <name>', text),
};

interface Table {
  readonly table: string;
  readonly onlyLive: number;
  readonly onlyBackup: number;
  readonly changed: number;
}

interface Part {
  readonly table: string;
  readonly selected: number;
  readonly missing: number;
  readonly different: number;
  readonly written: number;
}

export const backupRestore = command({
  name: 'backup restore', args: [{ name: 'backup', optional: true }], store: 'existing', options,
  async run(context) {
    const { args, flows, mirror, signal, onProgress } = context;
    if (context.options.tables ?? context.options.products ?? context.options.suppliers) return restoreRows(context);
    const data = await flows.restoreBackup(mirror, args[0] ?? 'latest', { signal, onProgress });
    return { data, next: [`1688sync backup compare ${data.id}`, `1688sync backup switch ${data.id}`, `1688sync backup undo ${data.id}`] };
  },
  show(data: { id: string; target: string; rows: number; images: number; differences: Table[] } | { tables: Part[]; rows: number; images: number; safetyBackup: string | null }, { out, t }) {
    if ('tables' in data) {
      out.table(data.tables.map((each) => [each.table, each.selected, each.missing, each.different, each.written]), { head: [t('head.table'), t('head.selected'), t('head.missing'), t('head.different'), t('head.written')] });
      out.line(t('backup.rowsRestored', { ...data, safety: data.safetyBackup ?? '–' }));
      return;
    }
    out.line(t('backup.restored', data));
    if (data.differences.length === 0) out.line(t('backup.same'));
    else out.table(data.differences.map((each) => [each.table, each.onlyLive, each.onlyBackup, each.changed]), { head: [t('head.table'), t('head.onlyLive'), t('head.onlyBackup'), t('head.changed')] });
  },
});

/** Rows go into the live data, so what overwrites there, or goes without a way back, wants the backup's name typed. */
async function restoreRows(context: CommandContext<typeof options>): Promise<CommandResult> {
  const { args, options: { tables, products, suppliers, policy: mode, safetyBackup }, flows, mirror, signal, onProgress, t } = context;
  const name = args[0] ?? 'latest';
  if (mode === 'overwrite' || !safetyBackup) await confirm(context, context.options, { name, what: t('backup.rowsWhat') });
  return { data: await flows.restoreRowsOf(mirror, name, { tables, products, suppliers, mode, safetyBackup, signal, onProgress }) };
}
