import { command } from '../command.ts';

export const syncCancel = command({
  name: 'sync cancel', args: [{ name: 'id' }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    const run = await flows.cancelSync(mirror, args[0] ?? '');
    return { data: run, next: [`1688sync sync show ${run.id}`] };
  },
  show(run: { id: string; committed: number }, { out, t }) {
    out.line(t('sync.cancelled', { id: run.id, committed: run.committed }));
  },
});
