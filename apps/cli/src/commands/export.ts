import path from 'node:path';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { given, text } from '../flag.ts';

export const exportCommand = command({
  name: 'export', args: [{ name: 'what' }], store: 'existing',
  options: {
    format: option('--format <format>', z.enum(['jsonl', 'csv', 'xlsx'], 'jsonl, csv or xlsx').default('jsonl')),
    output: option('-o, --output <file>', text), sorted: option('--sorted', given), portable: option('--portable', given), excel: option('--excel', given), pictures: option('--pictures', given),
  },
  async run({ args, options, flows, mirror, signal, onProgress, cwd, out, json, language }) {
    const { output, ...rest } = options;
    if (output !== undefined && output !== '-') {
      return { data: await flows.exportToFile(mirror, args[0] ?? '', path.resolve(cwd, output), { ...rest, language, signal, onProgress }) };
    }
    if (json) throw flows.needsOutputFile();
    let lines = 0;
    for await (const line of flows.exportLines(mirror, args[0] ?? '', { ...rest, language, signal })) {
      await out.write(line);
      lines += 1;
    }
    return { data: { lines }, streamed: true };
  },
  show(data: { file: string; records: number }, { out, t }) {
    out.line(t('export.done', data));
  },
});
