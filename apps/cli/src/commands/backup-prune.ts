import { z } from 'zod';
import { command, option } from '../command.ts';
import { count, given } from '../flag.ts';
import { sizeText } from '../size-text.ts';

const some = count.optional();

export const backupPrune = command({
  name: 'backup prune', store: 'existing',
  options: {
    keepLast: option('--keep-last <number>', some), keepHourly: option('--keep-hourly <number>', some), keepDaily: option('--keep-daily <number>', some), keepWeekly: option('--keep-weekly <number>', some),
    keepMonthly: option('--keep-monthly <number>', some), keepYearly: option('--keep-yearly <number>', some), keepTag: option('--keep-tag <word>', z.array(z.string()).optional(), { many: true }),
    graceHours: option('--grace-hours <number>', z.coerce.number({ error: 'a number of hours' }).min(0, 'at least 0').optional()), dryRun: option('--dry-run', given),
  },
  async run({ options: { dryRun, graceHours, keepTag: keepTags, ...rules }, flows, mirror, signal, onProgress }) {
    const policy = Object.fromEntries(Object.entries({ ...rules, keepTags }).filter(([, value]) => typeof value === 'number' || Array.isArray(value)));
    return { data: await flows.pruneBackups(mirror, { policy, dryRun, graceHours, signal, onProgress }) };
  },
  show(data: { kept: number; removed: { name: string }[]; bytesFreed: number; bytesCondemned: number }, { out, t }) {
    for (const { name } of data.removed) out.line(`− ${name}`);
    out.line(t('backup.pruned', { kept: data.kept, removed: data.removed.length, freed: sizeText(data.bytesFreed), condemned: sizeText(data.bytesCondemned) }));
  },
});
