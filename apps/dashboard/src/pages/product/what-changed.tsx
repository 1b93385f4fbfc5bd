import type { Reply } from '../../api/call.ts';
import { Section } from '../../components/page-head.tsx';
import { Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/product.ts';
import { zhCn } from '../../messages/zh-cn/product.ts';
import { count, dateTime, money, moneyRange } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { changesByTime } from './changes-by-time.ts';
import type { HistoryLoading } from './over-time.tsx';

export type HistoryPoint = Reply<'GET /products/{offerId}/history'>['points'][number];
const shownTimes = 20;

/** Each time at which something was seen to be other than before, the newest first. */
export function WhatChanged({ history }: { readonly history: HistoryLoading }) {
  const t = wordsOf(en, zhCn);
  const fieldName = (field: string): string => (field in t.fields ? t.fields[field as keyof typeof t.fields] : field);
  return (
    <Section title={t.changes}>
      <Loaded of={history}>
        {({ points, listing }) => {
          const times = changesByTime(points, listing);
          if (times.length === 0) return <p class="soft">{t.noChanges}</p>;
          return (
            <ol class="plain changes">
              {times.slice(0, shownTimes).map(({ at, changes, listed, skuChanges }) => (
                <li key={at}>
                  <span class="small soft number">{dateTime(at)}</span>
                  <ul class="plain">
                    {listed.map((kind) => <li key={kind}><strong>{t.listing[kind]}</strong></li>)}
                    {changes.map(({ field, before, after }) => <li key={field}>{fieldName(field)}: <span class="soft">{valueText(before)}</span> → <strong>{valueText(after)}</strong></li>)}
                    {skuChanges > 0 && <li class="soft">{t.skuChanges(count(skuChanges))}</li>}
                  </ul>
                </li>
              ))}
            </ol>
          );
        }}
      </Loaded>
    </Section>
  );
}

/** A value of the history as a person reads it: a price range, tiers as steps, else as it is. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return count(value);
  if (Array.isArray(value)) return (value as { minQuantity: number; priceCny: string }[]).map((tier) => `≥${tier.minQuantity}: ${money(tier.priceCny)}`).join(' · ') || '–';
  if (typeof value === 'object' && 'priceMinCny' in value) {
    const { priceMinCny, priceMaxCny } = value as { priceMinCny: string | null; priceMaxCny: string | null };
    return moneyRange(priceMinCny, priceMaxCny) ?? '–';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
