import { command } from '../command.ts';

export const backupShow = command({
  name: 'backup show', args: [{ name: 'backup' }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.showBackup(mirror, args[0] ?? '') };
  },
});
