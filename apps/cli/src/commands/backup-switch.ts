import { z } from 'zod';
import { command, option } from '../command.ts';
import { confirm } from '../confirm.ts';
import { given, text } from '../flag.ts';

export const backupSwitch = command({
  name: 'backup switch', args: [{ name: 'restore' }], store: 'existing', options: { yes: option('--yes', given), confirm: option('--confirm <name>', text), safetyBackup: option('--no-safety-backup', z.boolean().default(true)) },
  async run(context) {
    const { args, flows, mirror, signal, onProgress } = context;
    await confirm(context, context.options, { name: args[0] ?? '', what: context.t('backup.switchWhat') });
    return { data: await flows.switchBackup(mirror, args[0] ?? '', { safetyBackup: context.options.safetyBackup, signal, onProgress }), next: [`1688sync backup undo ${args[0]}`] };
  },
  show(data: { id: string; kept: string; safetyBackup: string | null }, { out, t }) {
    out.line(t('backup.switched', data));
    if (data.safetyBackup !== null) out.line(t('backup.safety', { name: data.safetyBackup }));
  },
});
