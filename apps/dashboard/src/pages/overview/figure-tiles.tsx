import type { Reply } from '../../api/call.ts';
import { Tile } from '../../components/tile.tsx';
import { en } from '../../messages/en/overview.ts';
import { zhCn } from '../../messages/zh-cn/overview.ts';
import { Sparkline } from '../../plots/sparkline.tsx';
import { ago, bytes, count, percent, shortCount } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';

export type Stats = Reply<'GET /stats'>;
export type Backup = Reply<'GET /backups'>['items'][number];

/** The figures of the store; each leads to its page. */
export function FigureTiles({ stats, backup }: { readonly stats: Stats; readonly backup: Backup | null }) {
  const t = wordsOf(en, zhCn);
  const { products, suppliers, images, syncs, storage } = stats;
  const stored = images.byState['stored'] ?? 0;
  const waiting = images.byState['pending'] ?? 0;
  const days = lastDays(syncs.byDay);
  const changed = days.reduce((sum, day) => sum + day.updated, 0);
  return (
    <div class="tiles">
      <Tile label={t.products} value={shortCount(products.total)} title={count(products.total)} href="/products" note={<>{t.skus(count(products.skus))}{products.delisted > 0 && <> · {t.removed(count(products.delisted))}</>}</>}>
        <Sparkline label={t.newPerDay} values={days.map((day) => day.created)} />
      </Tile>
      <Tile label={t.changed} value={shortCount(changed)} title={count(changed)} href="/changes" note={t.inDays(count(days.length))}><Sparkline label={t.changedPerDay} values={days.map((day) => day.updated)} /></Tile>
      <Tile label={t.pictures} value={shortCount(stored)} title={count(stored)} href="/storage" note={<>{percent(images.total === 0 ? 1 : stored / images.total)} · {waiting > 0 ? t.waiting(count(waiting)) : t.objects(count(images.objects), bytes(images.bytes))}</>}>
        <meter aria-label={t.pictures} class="wide-meter" min={0} max={Math.max(1, images.total)} value={stored} />
      </Tile>
      <Tile label={t.suppliers} value={shortCount(suppliers.total)} title={count(suppliers.total)} href="/suppliers" note={<>{t.lastRun}: {ago(syncs.last?.startedAt)}</>} />
      <Tile label={t.database} value={bytes(storage.databaseBytes)} href="/storage" note={placeOf(storage.database)} />
      <Tile isText label={t.backup} value={backup ? ago(backup.takenAt) : t.none} href="/backups" note={backup === null ? undefined : backup.verifiedAt === null ? t.backupUnverified : t.backupVerified(ago(backup.verifiedAt))} />
    </div>
  );
}

/** A server by its host and database alone; the embedded one by its version. */
function placeOf(database: string): string {
  const url = URL.canParse(database) ? new URL(database) : null;
  return url === null ? database : `${url.hostname}${url.pathname}`;
}

const shownDays = 30;

/** The last thirty days; those without runs are zero. */
function lastDays(byDay: Stats['syncs']['byDay']): Stats['syncs']['byDay'] {
  const known = new Map(byDay.map((each) => [each.day, each]));
  const newest = Math.max(Date.now(), ...byDay.map(({ day }) => Date.parse(day)));
  return Array.from({ length: shownDays }, (_, at) => {
    const day = new Date(newest - (shownDays - 1 - at) * 86_400_000).toISOString().slice(0, 10);
    return known.get(day) ?? { day, runs: 0, read: 0, created: 0, updated: 0, rejected: 0 };
  });
}
