import { command } from '../command.ts';

export const syncShow = command({
  name: 'sync show', args: [{ name: 'id' }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.getSyncRecord(mirror, args[0] ?? '') };
  },
});
