import { z } from 'zod';
import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';

export const backupVerify = command({
  name: 'backup verify', args: [{ name: 'backup', optional: true }], store: 'existing',
  options: { level: option('--level <level>', z.enum(['list', 'read', 'drill'], 'one of list, read, drill').default('read')) },
  async run({ args, options, flows, mirror, signal, onProgress }) {
    const data = await flows.verifyBackup(mirror, args[0] ?? 'latest', { ...options, signal, onProgress });
    return { data, exitCode: data.damaged.length > 0 ? exitCodes.findings : exitCodes.done };
  },
  show(data: { id: string; level: string; checked: number; damaged: { object: string; reason: string }[]; drill: { tables: number; rows: number; foreignKeys: number; filesDecoded: number; durationMs: number } | null }, { out, t }) {
    out.line(t('backup.verified', { ...data, damaged: data.damaged.length }));
    if (data.drill) out.line(t('backup.drilled', { ...data.drill, seconds: Math.round(data.drill.durationMs / 100) / 10 }));
    out.table(data.damaged.map((each) => [each.object, each.reason]));
  },
});
