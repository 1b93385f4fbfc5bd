import { command } from '../command.ts';

export const fixUndo = command({
  name: 'fix undo', args: [{ name: 'run' }], store: 'existing', options: {},
  async run({ args, flows, mirror, signal }) {
    return { data: await flows.undoFix(mirror, args[0] ?? '', { signal }) };
  },
  show(data: { actions: readonly { done: boolean }[]; conflicts: readonly unknown[] }, { out, t }) {
    out.line(t('fix.undone', { undone: data.actions.filter((each) => each.done).length, conflicts: data.conflicts.length }));
  },
});
