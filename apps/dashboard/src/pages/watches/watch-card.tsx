import { call, type Reply } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { toast, toastError } from '../../components/toast.tsx';
import { en } from '../../messages/en/watches.ts';
import { zhCn } from '../../messages/zh-cn/watches.ts';
import { count, dateTime, money } from '../../state/format.ts';
import { wordsOf, type Words } from '../../state/language.ts';
import { isOperator } from '../../state/session.ts';

type Watch = Reply<'GET /watches'>['items'][number];
const hourMs = 3_600_000;

/** One watch with what waits, what failed, and what can be done about it. */
export function WatchCard({ watch, onChanged, onRemove }: { readonly watch: Watch; readonly onChanged: () => void; readonly onRemove: () => void }) {
  const t = wordsOf(en, zhCn);
  const { id } = watch;
  const isMuted = watch.mutedUntil !== null && new Date(watch.mutedUntil) > new Date();
  const waits = watch.held + watch.queued;
  const mute = (forMs: number | null): void => {
    call('POST /watches/{id}/mute', { params: { id }, body: { until: forMs === null ? null : new Date(Date.now() + forMs).toISOString() } }).then(onChanged, toastError);
  };
  const test = (): void => { call('POST /watches/{id}/test', { params: { id } }).then(() => { toast(t.tested); }, toastError); };
  const redrive = (): void => {
    call('POST /watches/{id}/redrive', { params: { id } }).then(({ alerts }) => {
      toast(t.redriven(alerts));
      onChanged();
    }, toastError);
  };
  return (
    <article class="watch">
      <div class="watch-head">
        <h2>{id}</h2>
        <span class="row">{watch.configured && <Badge>{t.configured}</Badge>}<Badge tone={watch.failures > 0 ? 'bad' : isMuted ? 'warn' : 'good'}>{watch.failures > 0 ? t.failing(watch.failures) : isMuted ? t.muted(dateTime(watch.mutedUntil)) : t.hears}</Badge></span>
      </div>
      <dl class="facts">
        <dt>{t.tells}</dt><dd>{filterText(watch.filter, t)}</dd><dt>{t.where}</dt><dd>{watch.sink}</dd>
        <dt>{t.waits}</dt><dd class="number">{count(waits)}</dd><dt>{t.sent}</dt><dd class="number">{count(watch.sent)}</dd>{watch.dead > 0 && <><dt>{t.dead}</dt><dd class="number watch-error">{count(watch.dead)}</dd></>}
      </dl>
      {watch.lastError && <p class="watch-error small">{watch.lastError}</p>}
      {isOperator.value && (
        <div class="row">
          <button type="button" class="button" onClick={test}>{t.test}</button>
          {isMuted ? <button type="button" class="button" onClick={() => { mute(null); }}>{t.unmute}</button> : <><button type="button" class="button" onClick={() => { mute(hourMs); }}>{t.muteHour}</button><button type="button" class="button" onClick={() => { mute(24 * hourMs); }}>{t.muteDay}</button></>}
          {watch.dead > 0 && <button type="button" class="button" onClick={redrive}>{t.redrive}</button>}
          {!watch.configured && <button type="button" class="button danger" onClick={onRemove}>{t.remove}</button>}
        </div>
      )}
    </article>
  );
}

function filterText(filter: Readonly<Record<string, unknown>>, t: Words<typeof en>): string {
  const triggers = Object.entries(t.triggers).filter(([name]) => filter[name] !== undefined && filter[name] !== false).map(([name, text]) => {
    const value = filter[name];
    return name === 'priceBelowCny' ? `${text} ${money(String(value))}` : typeof value === 'number' ? `${text} ${value} %` : text;
  });
  const limits = ['offerIds', 'supplierIds', 'categoryIds'].flatMap((name) => (Array.isArray(filter[name]) ? [filter[name].slice(0, 5).join(', ') + (filter[name].length > 5 ? ' …' : '')] : []));
  return [triggers.join(' · '), ...limits, ...(typeof filter['query'] === 'string' ? [`“${filter['query']}”`] : [])].join(' — ');
}
