import { command } from '../command.ts';

export const backupUndo = command({
  name: 'backup undo', args: [{ name: 'restore' }], store: 'existing', options: {},
  async run({ args, flows, mirror, signal }) {
    return { data: await flows.undoBackup(mirror, args[0] ?? '', { signal }) };
  },
  show(data: { id: string; action: string }, { out, t }) {
    out.line(t('backup.undone', data));
  },
});
