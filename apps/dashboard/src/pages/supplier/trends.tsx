import { useState } from 'preact/hooks';
import { call, type Reply } from '../../api/call.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/page-head.tsx';
import { Segments } from '../../components/segments.tsx';
import { Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/supplier.ts';
import { zhCn } from '../../messages/zh-cn/supplier.ts';
import { StepPlot } from '../../plots/step-plot.tsx';
import { count, date, percent } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { useLoad } from '../../state/use-load.ts';

type Period = Reply<'GET /suppliers/{id}/history'>['periods'][number];
type Step = 'day' | 'week' | 'month';
type Shown = 'offers' | 'drift' | 'stockOut';

/** How many offers there were, how prices drifted, how much was sold out: by day, week or month. */
export function Trends({ id }: { readonly id: string }) {
  const t = wordsOf(en, zhCn);
  const [step, setStep] = useState<Step>('week');
  const [shown, setShown] = useState<Shown>('offers');
  const trends = useLoad((signal) => call('GET /suppliers/{id}/history', { params: { id }, query: { step }, signal }), [id, step]);
  return (
    <Section title={t.trends} actions={(
      <div class="row">
        <Segments<Shown> label={t.trends} value={shown} options={[['offers', t.offers], ['drift', t.drift], ['stockOut', t.stockOut]]} onChange={setShown} />
        <Segments<Step> label={t.step} value={step} options={[['day', t.day], ['week', t.week], ['month', t.month]]} onChange={setStep} />
      </div>
    )}>
      <Loaded of={trends} lines={4}>
        {({ periods }) => {
          const known = periods.slice(Math.max(0, periods.findIndex((period) => period.products > 0)));
          if (!known.some((period) => period.products > 0)) return <p class="soft">{t.noTrends}</p>;
          const valueOf = (period: Period): number | null => (shown === 'offers' ? period.products : shown === 'drift' ? period.priceDrift : period.stockOutShare);
          return (
            <>
              <StepPlot label={`${t.trends}: ${t[shown]}`} series={[{ name: t[shown], points: known.map((period) => ({ at: Date.parse(period.from), value: valueOf(period) })) }]} until={Date.parse(known.at(-1)?.to ?? '')} format={(value) => (shown === 'offers' ? count(value) : percent(value))} />
              {shown === 'drift' && <p class="small soft">{t.driftHint}</p>}
              <details><summary class="small">{t.asTable}</summary><PeriodTable periods={known} /></details>
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function PeriodTable({ periods }: { readonly periods: readonly Period[] }) {
  const t = wordsOf(en, zhCn);
  return (
    <DataTable<Period> caption={t.trends} rows={periods.toReversed()} rowKey={(period) => period.name} columns={[
      { id: 'period', label: t.period, cell: (period) => date(period.from) },
      { id: 'offers', label: t.offers, isNumber: true, cell: (period) => count(period.products) },
      { id: 'fresh', label: t.fresh, isNumber: true, cell: (period) => count(period.newProducts) },
      { id: 'gone', label: t.gone, isNumber: true, cell: (period) => count(period.delisted) },
      { id: 'drift', label: t.drift, isNumber: true, cell: (period) => percent(period.priceDrift) },
      { id: 'stockOut', label: t.stockOut, isNumber: true, cell: (period) => percent(period.stockOutShare) },
    ]} />
  );
}
