import { useState } from 'preact/hooks';
import { call, type CallOptions } from '../../api/call.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Failure } from '../../components/states.tsx';
import { toast } from '../../components/toast.tsx';
import { en } from '../../messages/en/watches.ts';
import { zhCn } from '../../messages/zh-cn/watches.ts';
import { wordsOf } from '../../state/language.ts';

type Body = NonNullable<CallOptions<'POST /watches'>['body']>;
type Trigger = keyof typeof en.triggers;
type SinkKind = Body['sink']['kind'];
const withValue: readonly Trigger[] = ['priceDownPercent', 'priceUpPercent', 'priceBelowCny'];

/** What a new watch tells of and where; the rest is for the configuration. */
export function AddWatch({ isOpen, onClose, onAdded }: { readonly isOpen: boolean; readonly onClose: () => void; readonly onAdded: () => void }) {
  const t = wordsOf(en, zhCn);
  const [form, setForm] = useState({ id: '', trigger: 'priceDownPercent' as Trigger, value: '5', offers: '', query: '', kind: 'dingtalk' as SinkKind, url: '', secret: '' });
  const [error, setError] = useState<unknown>();
  const set = (changes: Partial<typeof form>): void => { setForm((before) => ({ ...before, ...changes })); };
  const save = async (): Promise<void> => {
    setError(undefined);
    try {
      await call('POST /watches', { body: toBody(form) });
      toast(t.added);
      onAdded();
      onClose();
    } catch (thrown) {
      setError(thrown);
    }
  };
  const sinks: readonly (readonly [SinkKind, string])[] = [...(['dingtalk', 'wecom', 'feishu', 'slack'] as const).map((each) => [each, t.sinks[each]] as const), ['url', t.ownUrl], ['stdout', t.stdout]];
  return (
    <Dialog title={t.add} isOpen={isOpen} onClose={onClose}>
      <form class="stack" onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}>
        <label class="field"><span>{t.id}</span><input type="text" required pattern="[A-Za-z0-9_\-]{1,60}" title={t.idHint} value={form.id} onInput={(event) => { set({ id: event.currentTarget.value }); }} /></label>
        <label class="field"><span>{t.trigger}</span><select value={form.trigger} onChange={(event) => { set({ trigger: event.currentTarget.value as Trigger }); }}>{Object.entries(t.triggers).map(([each, text]) => <option key={each} value={each}>{text}</option>)}</select></label>
        {withValue.includes(form.trigger) && <label class="field"><span>{form.trigger === 'priceBelowCny' ? t.belowCny : t.percent}</span><input type="text" inputMode="decimal" required pattern="\d+(\.\d+)?" value={form.value} onInput={(event) => { set({ value: event.currentTarget.value }); }} /></label>}
        <label class="field"><span>{t.limits}: {t.offers}</span><input type="text" required={form.trigger === 'cheaperElsewhere'} value={form.offers} onInput={(event) => { set({ offers: event.currentTarget.value }); }} /></label>
        <label class="field"><span>{t.limits}: {t.query}</span><input type="text" value={form.query} onInput={(event) => { set({ query: event.currentTarget.value }); }} /></label>
        <label class="field"><span>{t.kind}</span><select value={form.kind} onChange={(event) => { set({ kind: event.currentTarget.value as SinkKind }); }}>{sinks.map(([each, text]) => <option key={each} value={each}>{text}</option>)}</select></label>
        {form.kind !== 'stdout' && <label class="field"><span>{t.url}</span><input type="url" required value={form.url} onInput={(event) => { set({ url: event.currentTarget.value }); }} /></label>}
        {['dingtalk', 'feishu', 'url'].includes(form.kind) && <label class="field"><span>{t.secret}</span><input type="password" autocomplete="off" required={form.kind === 'url'} value={form.secret} onInput={(event) => { set({ secret: event.currentTarget.value }); }} /></label>}
        {error !== undefined && <Failure error={error} />}
        <div class="dialog-foot"><button class="button primary">{t.save}</button></div>
      </form>
    </Dialog>
  );
}

interface Form {
  readonly id: string;
  readonly trigger: Trigger;
  readonly value: string;
  readonly offers: string;
  readonly query: string;
  readonly kind: SinkKind;
  readonly url: string;
  readonly secret: string;
}

function toBody({ id, trigger, value, offers, query, kind, url, secret }: Form): Body {
  const told = trigger === 'priceBelowCny' ? value : withValue.includes(trigger) ? Number(value) : true;
  const ids = offers.split(/[\s,，]+/).filter((each) => each !== '');
  const filter = { [trigger]: told, ...(ids.length > 0 ? { offerIds: ids } : {}), ...(query.trim() === '' ? {} : { query: query.trim() }) };
  // Which parts a channel has stands in the form: one without a secret shows no field for it.
  const sink = { kind, ...(kind === 'stdout' ? {} : { url }), ...(secret === '' || !['dingtalk', 'feishu', 'url'].includes(kind) ? {} : { secret }) } as Body['sink'];
  return { id, filter, sink };
}
