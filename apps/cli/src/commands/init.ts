import { command } from '../command.ts';

export const initCommand = command({
  name: 'init', store: 'create', options: {},
  async run({ mirror }) {
    return { data: { store: mirror.description, dataDir: mirror.config.dataDir, database: mirror.database }, next: ['1688sync import FILE', '1688sync doctor'] };
  },
  show(data: { dataDir: string }, { out, t }) {
    out.line(t('init.done', data));
  },
});
