import path from 'node:path';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { count, given, text, time } from '../flag.ts';

export const importCommand = command({
  name: 'import',
  args: [{ name: 'file', many: true }],
  store: 'create',
  options: {
    profile: option('--profile <name>', text),
    encoding: option('--encoding <name>', text),
    preview: option('--preview <number>', count.optional()),
    dryRun: option('--dry-run', given),
    observedAt: option('--observed-at <time>', time),
    scope: option('--scope <name>', z.string().min(1).max(200).default('default')),
    fullScan: option('--full-scan', given),
    rejects: option('--rejects <file>', text),
  },
  async run({ args, options, flows, mirror, signal, onProgress, cwd, say, t }) {
    const files = args.map((each) => (each === '-' ? '-' : path.resolve(cwd, each)));
    if (options.preview !== undefined) {
      return { data: { preview: await flows.previewFiles(mirror, files, { limit: options.preview, profile: options.profile, encoding: options.encoding, signal }) } };
    }
    const { preview: _preview, rejects, ...rest } = options;
    const result = await flows.importFiles(mirror, files, {
      ...rest, rejectsFile: rejects === undefined ? undefined : path.resolve(cwd, rejects), signal, onProgress,
      onDetected: (detection) => { say(t('import.detected', { ...detection })); },
    });
    const partly = result.rejected > 0;
    return {
      data: result,
      exitCode: partly ? exitCodes.partly : exitCodes.done,
      next: [...(partly ? ['1688sync rejects list'] : []), ...(result.imagesQueued > 0 ? ['1688sync images pull'] : []), '1688sync stats'],
    };
  },
  show(data: { preview?: readonly { offerId: string; title: string }[]; read: number } & Record<string, unknown>, { out, t }) {
    if (data.preview) {
      out.table(data.preview.map((each) => [each.offerId, each.title, JSON.stringify(each)]), { head: [t('head.offerId'), t('head.title'), t('head.record')] });
      return;
    }
    out.line(t('import.done', data));
  },
});
