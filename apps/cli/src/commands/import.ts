import path from 'node:path';
import type { FilePreview } from '@1688/mirror';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { count, given, pairs, percent, text, time } from '../flag.ts';
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
    delistAfter: option('--delist-after <scans>', count.max(100, 'at most 100').default(2)),
    maxMissed: option('--max-missed <percent>', percent.default(20)),
    allowMassDelisting: option('--allow-mass-delisting', given),
    resume: option('--resume', given),
    rejects: option('--rejects <file>', text),
  },
  async run(context) {
    const { args, options, flows, signal, onProgress, cwd, say, t } = context;
    const files = args.map((each) => (each === '-' ? '-' : path.resolve(cwd, each)));
    const { preview: limit, map: columns, rejects, maxMissed, ...rest } = options;
    if (limit !== undefined) return { data: { preview: await flows.previewFiles(context, files, { limit, profile: rest.profile, encoding: rest.encoding, columns, signal }) } };
    const result = await flows.importFiles(context.mirror, files, {
      ...rest, maxMissedShare: maxMissed / 100, columns, rejectsFile: rejects === undefined ? undefined : path.resolve(cwd, rejects), signal, onProgress,
      onDetected: (detection) => { say(t('import.detected', { ...detection })); },
    });
    const partly = result.rejected > 0;
    return {
      data: result,
      exitCode: partly ? exitCodes.partly : exitCodes.done,
      warnings: result.scan?.complete === false ? [t('scan.incomplete', { reason: result.scan.reason ?? '' })] : [],
      next: [...(partly ? ['1688sync rejects list'] : []), ...(result.imagesQueued > 0 ? ['1688sync images pull'] : []), '1688sync stats'],
    };
  },
  show(data: { preview?: readonly FilePreview[]; read: number; delisted: number; relisted: number; scan: { complete: boolean; members: number; missed: number } | null } & Record<string, unknown>, context) {
    const { out, t } = context;
    if (data.preview) {
      showPreview(data.preview, context);
      return;
    }
    out.line(t('import.done', data));
    if (data.scan?.complete) out.line(t('scan.done', data.scan));
    if (data.delisted + data.relisted > 0) out.line(t('import.listing', data));
  },
});
