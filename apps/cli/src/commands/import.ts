import path from 'node:path';
import type { FilePreview } from '@1688/mirror';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { count, given, pairs, text, time } from '../flag.ts';
import { showPreview } from '../import-preview.ts';

export const importCommand = command({
  name: 'import',
  args: [{ name: 'file', many: true }],
  store: ({ preview }) => (preview === undefined ? 'create' : 'config'),
  options: {
    profile: option('--profile <name>', text),
    encoding: option('--encoding <name>', text),
    map: option('--map <column=field>', pairs, { many: true }),
    preview: option('--preview <number>', count.optional()),
    dryRun: option('--dry-run', given),
    observedAt: option('--observed-at <time>', time),
    scope: option('--scope <name>', z.string().min(1).max(200).default('default')),
    fullScan: option('--full-scan', given),
    resume: option('--resume', given),
    rejects: option('--rejects <file>', text),
  },
  async run(context) {
    const { args, options, flows, signal, onProgress, cwd, say, t } = context;
    const files = args.map((each) => (each === '-' ? '-' : path.resolve(cwd, each)));
    const { preview: limit, map: columns, rejects, ...rest } = options;
    if (limit !== undefined) return { data: { preview: await flows.previewFiles(context, files, { limit, profile: rest.profile, encoding: rest.encoding, columns, signal }) } };
    const result = await flows.importFiles(context.mirror, files, {
      ...rest, columns, rejectsFile: rejects === undefined ? undefined : path.resolve(cwd, rejects), signal, onProgress,
      onDetected: (detection) => { say(t('import.detected', { ...detection })); },
    });
    const partly = result.rejected > 0;
    return {
      data: result,
      exitCode: partly ? exitCodes.partly : exitCodes.done,
      next: [...(partly ? ['1688sync rejects list'] : []), ...(result.imagesQueued > 0 ? ['1688sync images pull'] : []), '1688sync stats'],
    };
  },
  show(data: { preview?: readonly FilePreview[]; read: number } & Record<string, unknown>, context) {
    if (data.preview) showPreview(data.preview, context);
    else context.out.line(context.t('import.done', data));
  },
});
