import { z } from 'zod';
import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { text, words } from '../flag.ts';
import { sizeText } from '../size-text.ts';

const parts = words.pipe(z.array(z.enum(['db', 'images', 'config'], 'db, images or config, separated by commas'))).optional();

export const backupCreate = command({
  name: 'backup create', store: 'existing', options: { name: option('--name <name>', text), tag: option('--tag <word>', z.array(z.string()).optional(), { many: true }), only: option('--only <parts>', parts) },
  async run({ options: { name, tag: tags, only }, flows, mirror, signal, onProgress }) {
    const data = await flows.createBackup(mirror, { name, tags, only, signal, onProgress });
    return { data, exitCode: data.verified ? exitCodes.done : exitCodes.partly, next: [`1688sync backup verify ${data.name}`, `1688sync backup restore ${data.name}`] };
  },
  show(data: { name: string; rows: number; images: number; bytesNew: number; bytesTotal: number; verified: boolean }, { out, t }) {
    out.line(t(data.verified ? 'backup.created' : 'backup.unverified', { ...data, sizeNew: sizeText(data.bytesNew), sizeTotal: sizeText(data.bytesTotal) }));
  },
});
