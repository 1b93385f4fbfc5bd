import { useState } from 'preact/hooks';
import { call, type Reply } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/page-head.tsx';
import { Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/product.ts';
import { zhCn } from '../../messages/zh-cn/product.ts';
import { count, dateTime } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { addressTo } from '../../state/place.ts';
import { useLoad } from '../../state/use-load.ts';

type Explained = Reply<'GET /products/{offerId}/explain'>['fields'][number];
const longestValue = 120;

/** Where each value comes from; asked for only when somebody wants to know, since documents are mapped again for it. */
export function Sources({ offerId, lockedFields }: { readonly offerId: string; readonly lockedFields: readonly string[] }) {
  const t = wordsOf(en, zhCn);
  const [isShown, setShown] = useState(false);
  return (
    <Section title={t.sources} actions={isShown ? null : <button type="button" class="button" onClick={() => { setShown(true); }}>{t.show}</button>}>
      {isShown ? <Shown offerId={offerId} /> : lockedFields.length > 0 && <p class="row">{lockedFields.map((field) => <Badge key={field} tone="info">{t.locked}: {field}</Badge>)}</p>}
    </Section>
  );
}

function Shown({ offerId }: { readonly offerId: string }) {
  const t = wordsOf(en, zhCn);
  const explained = useLoad((signal) => call('GET /products/{offerId}/explain', { params: { offerId }, signal }), [offerId]);
  return (
    <Loaded of={explained} lines={6}>
      {({ fields }) => (
        <DataTable<Explained> caption={t.sources} rows={fields} rowKey={(each) => each.field} columns={[
          { id: 'field', label: t.field, cell: (each) => <code>{each.field}</code> },
          { id: 'value', label: t.value, cell: (each) => <span title={asText(each.value)}>{asText(each.value).slice(0, longestValue)}</span> },
          { id: 'from', label: t.source, cell: (each) => <Source {...each} /> },
          { id: 'place', label: t.place, isExtra: true, cell: (each) => each.places.map(({ pointer }) => <code key={pointer} class="pointer">{pointer}</code>) },
          { id: 'seen', label: t.seen, isExtra: true, cell: (each) => dateTime(each.document?.observedAt ?? each.since) },
        ]} />
      )}
    </Loaded>
  );
}

function Source({ from, document }: Explained) {
  const t = wordsOf(en, zhCn);
  if (document === null || from === 'lock') return <Badge tone={from === 'nothing' ? 'warn' : 'info'}>{t.origins[from]}</Badge>;
  const { syncRecordId, input, profile, line } = document;
  const name = input?.split(/[\\/]/).at(-1) ?? profile;
  return <>{syncRecordId === null ? name : <a href={addressTo('/runs/:id', { id: syncRecordId })}>{name}</a>}{line !== null && <span class="small soft"> · {t.line(count(line))}</span>}</>;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
