import { command, option } from '../command.ts';
import { duration, given } from '../flag.ts';
import { sizeText } from '../size-text.ts';

const hourMs = 3_600_000;

export const imagesGc = command({
  name: 'images gc', store: 'existing',
  options: {
    dryRun: option('--dry-run', given),
    grace: option('--grace <time>', duration.refine((ms) => ms >= hourMs, 'at least 1h: an import or a pull may be about to use what is young').default(7 * 24 * hourMs)),
    trash: option('--trash <time>', duration.default(30 * 24 * hourMs)),
  },
  async run({ options, flows, mirror, signal, onProgress, t }) {
    const { dryRun, grace, trash } = options;
    const data = await flows.collectImages(mirror, { dryRun, graceMs: grace, trashMs: trash, signal, onProgress });
    return { data, warnings: data.leases > 0 ? [t('images.leased', { leases: data.leases })] : [], next: dryRun && data.collected + data.strays > 0 ? ['1688sync images gc'] : [] };
  },
  show(data: { dryRun: boolean; collected: number; strays: number; bytes: number; kept: number; emptied: number; keys: string[] }, { out, t }) {
    if (data.dryRun) out.table(data.keys.map((key) => [key]));
    out.line(t(data.dryRun ? 'images.collectable' : 'images.collected', { ...data, size: sizeText(data.bytes) }));
  },
});
