import { command } from '../command.ts';

export const serveKeysRemove = command({
  name: 'serve keys remove', store: 'existing', args: [{ name: 'name' }], options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.removeApiKey(mirror, args[0] ?? '') };
  },
  show({ name }: { name: string }, { out, t }) {
    out.line(t('keys.removed', { name }));
  },
});
