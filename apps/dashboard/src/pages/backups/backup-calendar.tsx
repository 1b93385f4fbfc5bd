import { en } from '../../messages/en/backups.ts';
import { zhCn } from '../../messages/zh-cn/backups.ts';
import { bytes, date } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import type { Backup } from './backup-table.tsx';

const shownDays = 84;

/** Twelve weeks, a square a day, a column a week. */
export function BackupCalendar({ backups }: { readonly backups: readonly Backup[] }) {
  const t = wordsOf(en, zhCn);
  const days = lastDays(new Date());
  const byDay = Map.groupBy(backups.filter((each) => each.takenAt !== null), (each) => dayOf(new Date(each.takenAt ?? 0)));
  return (
    <figure>
      <figcaption class="soft small">{t.calendarHint}</figcaption>
      <ul class="calendar" tabIndex={0} aria-label={t.calendar}>
        {days.map((day) => {
          const own = byDay.get(dayOf(day)) ?? [];
          const label = own.length === 0 ? t.noneOn(date(day)) : t.onDay(date(day), own.length, bytes(own.reduce((sum, each) => sum + each.bytesNew, 0)));
          return <li key={dayOf(day)} class={own.some((each) => each.status === 'complete') ? 'some' : own.length > 0 ? 'partial' : ''} title={label}><span class="unseen">{label}</span></li>;
        })}
      </ul>
    </figure>
  );
}

function lastDays(today: Date): Date[] {
  return Array.from({ length: shownDays }, (_, at) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - (shownDays - 1 - at)));
}

/** The day where the reader is. */
function dayOf(at: Date): string {
  return `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;
}
