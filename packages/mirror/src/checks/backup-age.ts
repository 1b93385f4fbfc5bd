import { backupHealth } from '@1688/backup';
import { defineCheck, fault, type Check } from '@1688/consistency';
import type { Mirror } from '../open-mirror.ts';

const maxAgeHours = 8 * 24;

/** A backup that is old, or that was never read whole, may not be there when it is needed. None at all is the choice of a new user. */
export function backupAge({ backups }: Mirror): Check {
  return defineCheck({
    id: 'backup-age',
    title: 'Backups that are missing, older than eight days, or not verified for a month',
    titleZh: '备份缺失、超过八天未备份，或一个月未校验',
    severity: 'high',
    kind: 'sql',
    needs: ['store.lineage'],
    async *find() {
      const { lastComplete, lastVerified, stale } = await backupHealth({ repository: backups, maxAgeHours });
      if (!lastComplete) yield fault('backups', 'none', {}, { fixable: false, severity: 'info' });
      else if (stale.includes('complete')) yield fault('backups', lastComplete.name, { takenAt: lastComplete.at.toISOString(), hours: lastComplete.ageHours }, { fixable: false });
      else if (stale.includes('verified')) yield fault('backups (not verified)', lastComplete.name, { lastVerifiedAt: lastVerified?.at.toISOString() ?? null }, { fixable: false, severity: 'low' });
    },
  });
}
