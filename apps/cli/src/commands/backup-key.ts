import path from 'node:path';
import { z } from 'zod';
import { command, option } from '../command.ts';

const file = z.string().min(1, 'the name of a file');

export const backupKey = command({
  name: 'backup key', store: 'config', options: { output: option('-o, --output <file>', file) },
  async run({ options, flows, cwd }) {
    return { data: await flows.makeBackupKey(path.resolve(cwd, options.output)) };
  },
  show(data: { file: string; recipient: string }, { out, t }) {
    out.line(t('backup.keyMade', data));
  },
});

export const backupRekey = command({
  name: 'backup rekey', store: 'existing', options: { oldKey: option('--old-key <file>', file) },
  async run({ options, flows, mirror, cwd }) {
    return { data: await flows.changeBackupKeys(mirror, path.resolve(cwd, options.oldKey)) };
  },
  show(data: { recipients: number }, { out, t }) {
    out.line(t('backup.rekeyed', data));
  },
});
