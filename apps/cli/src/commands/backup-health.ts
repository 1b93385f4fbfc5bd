import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { duration } from '../flag.ts';

const hours = duration.transform((ms) => ms / 3_600_000).optional();

interface Time {
  readonly name: string;
  readonly at: Date;
  readonly ageHours: number;
}

export const backupHealth = command({
  name: 'backup health', store: 'existing', options: { maxAge: option('--max-age <time>', hours), maxVerifiedAge: option('--max-verified-age <time>', hours), maxDrillAge: option('--max-drill-age <time>', hours) },
  async run({ options, flows, mirror }) {
    const data = await flows.backupHealth(mirror, { maxAgeHours: options.maxAge, maxVerifiedAgeHours: options.maxVerifiedAge, maxDrillAgeHours: options.maxDrillAge });
    const { stale } = data;
    return { data, exitCode: stale.length > 0 ? exitCodes.findings : exitCodes.done, next: stale.length === 0 ? [] : [stale.includes('complete') ? '1688sync backup create' : `1688sync backup verify --level ${stale.includes('drill') ? 'drill' : 'read'}`] };
  },
  show({ stale, ...times }: { lastComplete: Time | null; lastVerified: Time | null; lastDrill: Time | null; stale: readonly string[] }, { out, t }) {
    const rows = [['complete', times.lastComplete], ['verified', times.lastVerified], ['drill', times.lastDrill]] as const;
    for (const [kind, time] of rows) {
      const what = t(`backup.last.${kind}`);
      const old = stale.includes(kind) ? ` ${t('backup.stale')}` : '';
      out.line(`${what}: ${time ? `${time.name}, ${time.at.toISOString()} (${t('backup.age', { hours: time.ageHours })})` : t('backup.never')}${old}`);
    }
  },
});
