import path from 'node:path';
import { SyncError } from '@1688/core';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { confirm } from '../confirm.ts';
import { exitCodes } from '../exit-code.ts';
import { given, text } from '../flag.ts';

const actions = ['status', 'up', 'down', 'new', 'check'] as const;

interface Shown {
  readonly applied?: readonly { readonly name: string; readonly appliedAt: Date }[];
  readonly pending?: readonly string[];
  readonly file?: string;
  readonly differences?: readonly { readonly problem: string; readonly kind: string; readonly name: string; readonly expected: string | null; readonly found: string | null }[];
  readonly compared?: number;
}

export const migrateCommand = command({
  name: 'migrate', args: [{ name: 'action', optional: true }, { name: 'name', optional: true }], store: 'config',
  options: { yes: option('--yes', given), confirm: option('--confirm <name>', text) },
  async run(context) {
    const { args, flows, config, signal, cwd, t } = context;
    const action = z.enum(actions).safeParse(args[0] ?? 'up');
    if (!action.success) throw flows.wrongChoice('migrate', args[0] ?? '', actions);
    if (args[1] !== undefined && action.data !== 'new') throw new SyncError('ARGUMENT_INVALID', t('migrate.noName', { action: action.data, name: args[1] }));
    switch (action.data) {
      case 'new':
        return { data: await flows.newMigrationFile(args[1] ?? '', path.join(cwd, 'migrations')) };
      case 'check': {
        const data = await flows.checkStoreSchema(config, { signal });
        return { data, exitCode: data.differences.length > 0 ? exitCodes.findings : exitCodes.done, next: data.pending.length > 0 ? ['1688sync migrate'] : [] };
      }
      case 'down':
        await confirm(context, context.options, { name: 'down', what: t('migrate.downWhat') });
        return { data: await flows.migrateStore(config, 'down', { signal }), next: ['1688sync migrate status'] };
      case 'up':
      case 'status':
        return { data: await flows.migrateStore(config, action.data, { signal }) };
    }
  },
  show({ applied, pending = [], file, differences, compared }: Shown, { out, t }) {
    if (file !== undefined) out.line(file);
    if (applied) out.table([...applied.map((each) => [each.name, each.appliedAt.toISOString()]), ...pending.map((name) => [name, t('migrate.pending')])]);
    if (!differences) return;
    if (differences.length > 0) {
      out.table(differences.map((each) => [t(`migrate.${each.problem}` as 'migrate.missing'), each.kind, each.name, each.expected, each.found]), {
        head: [t('head.finding'), t('head.kind'), t('head.name'), t('head.expected'), t('head.found')],
      });
    }
    out.line(t('migrate.checked', { compared: compared ?? 0, differences: differences.length, pending: pending.length }));
  },
});
