import { en } from '../../messages/en/backups.ts';
import { zhCn } from '../../messages/zh-cn/backups.ts';
import { bytes, dateTime } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import type { Backup } from './backup-table.tsx';

const shownBars = 30;
const [width, height] = [320, 120];

/** How much each of the last backups added. The table below says the same in figures. */
export function SizeBars({ backups }: { readonly backups: readonly Backup[] }) {
  const t = wordsOf(en, zhCn);
  const last = backups.slice(-shownBars);
  const most = Math.max(1, ...last.map((each) => each.bytesNew));
  const step = width / shownBars;
  return (
    <figure>
      <figcaption class="soft small">{t.sizes} · {bytes(most)}</figcaption>
      <svg class="size-bars" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t.sizes}>
        {last.map(({ name, takenAt, bytesNew }, at) => {
          const tall = Math.max(2, (bytesNew / most) * height);
          return <rect key={at} x={at * step} y={height - tall} width={step - 3} height={tall} rx={2}><title>{`${name ?? ''} ${dateTime(takenAt)}: ${bytes(bytesNew)}`}</title></rect>;
        })}
      </svg>
    </figure>
  );
}
