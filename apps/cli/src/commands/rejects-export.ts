import path from 'node:path';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { text } from '../flag.ts';

export const rejectsExport = command({
  name: 'rejects export', store: 'existing',
  options: { output: option('-o, --output <file>', z.string({ error: 'the name of a file' }).min(1, 'the name of a file')), sync: option('--sync <id>', text), code: option('--code <code>', text) },
  async run({ options, flows, mirror, signal, cwd }) {
    const { output, sync, code } = options;
    const data = await flows.exportRejects(mirror, path.resolve(cwd, output), { syncRecordId: sync, code, signal });
    return { data, next: data.files.map(({ file, profile }) => `1688sync import ${path.relative(cwd, file)}${profile === null ? '' : ` --profile ${profile}`}`) };
  },
  show({ files }: { files: { file: string; records: number }[] }, { out, t }) {
    for (const each of files) out.line(t('export.done', each));
  },
});
