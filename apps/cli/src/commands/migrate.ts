import path from 'node:path';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { confirm } from '../confirm.ts';
import { given, text } from '../flag.ts';

export const migrateCommand = command({
  name: 'migrate', args: [{ name: 'action', optional: true }, { name: 'name', optional: true }], store: 'config',
  options: { yes: option('--yes', given), confirm: option('--confirm <name>', text) },
  async run(context) {
    const { args, flows, config, signal, cwd } = context;
    const action = z.enum(['status', 'up', 'down', 'new']).safeParse(args[0] ?? 'up');
    if (!action.success) throw flows.wrongChoice('migrate', args[0] ?? '', ['status', 'up', 'down', 'new']);
    if (action.data === 'new') return { data: await flows.newMigrationFile(args[1] ?? '', path.join(cwd, 'migrations')) };
    if (action.data === 'down') await confirm(context, context.options, { name: 'down', what: context.t('migrate.downWhat') });
    return { data: await flows.migrateStore(config, action.data, { signal }) };
  },
  show(data: { applied?: { name: string; appliedAt: Date }[]; pending?: string[]; file?: string }, { out, t }) {
    if (data.file) out.line(data.file);
    else out.table([...(data.applied ?? []).map((each) => [each.name, each.appliedAt.toISOString()]), ...(data.pending ?? []).map((name) => [name, t('migrate.pending')])]);
  },
});
