import { command } from '../command.ts';

export const backupUndo = command({
  name: 'backup undo', args: [{ name: 'restore' }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.undoBackup(mirror, args[0] ?? '') };
  },
  show(data: { id: string; action: string }, { out, t }) {
    out.line(t('backup.undone', data));
  },
});
