import path from 'node:path';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { given, imageRole, text } from '../flag.ts';
import { sizeText } from '../size-text.ts';

export const imagesExport = command({
  name: 'images export', store: 'existing',
  options: {
    by: option('--by <layout>', z.enum(['supplier', 'product', 'role'], 'one of supplier, product, role').default('supplier')),
    output: option('-o, --output <folder>', z.string({ error: 'a folder' }).min(1, 'a folder')),
    variant: option('--variant <name>', text),
    role: option('--role <role>', imageRole.optional()),
    product: option('--product <id>', text),
    supplier: option('--supplier <id>', text),
    link: option('--link', given),
  },
  async run({ options, flows, mirror, signal, onProgress, cwd }) {
    const { output, role, ...rest } = options;
    const data = await flows.exportImages(mirror, { ...rest, ...(role === undefined ? {} : { roles: [role] }), directory: path.resolve(cwd, output), signal, onProgress });
    return { data, exitCode: data.missing > 0 ? exitCodes.partly : exitCodes.done, next: data.missing > 0 ? ['1688sync check'] : [] };
  },
  show(data: { directory: string; written: number; linked: number; skipped: number; missing: number; bytes: number }, { out, t }) {
    out.line(t('images.exported', { ...data, files: data.written + data.linked, size: sizeText(data.bytes) }));
  },
});
