import { useState } from 'preact/hooks';
import { call, type Reply } from '../../api/call.ts';
import { Section } from '../../components/page-head.tsx';
import { Segments } from '../../components/segments.tsx';
import { Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/product.ts';
import { zhCn } from '../../messages/zh-cn/product.ts';
import { StepPlot, type PlotPoint, type PlotSeries } from '../../plots/step-plot.tsx';
import { count, money } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { useLoad, type Loading } from '../../state/use-load.ts';
import type { Product } from './page.tsx';
import { skuName } from './sku-table.tsx';

type History = Reply<'GET /products/{offerId}/history'>;
export type HistoryLoading = Loading<History>;
const lowestDays = 30;

/** Price or stock over time, of the offer or of one SKU. */
export function OverTime({ offerId, skus, history }: { readonly offerId: string; readonly skus: Product['skus']; readonly history: HistoryLoading }) {
  const t = wordsOf(en, zhCn);
  const [field, setField] = useState<'price' | 'stock'>('price');
  const [skuId, setSku] = useState('');
  const lowest = useLoad((signal) => call('GET /products/{offerId}/lowest-price', { params: { offerId }, query: { days: lowestDays }, signal }), [offerId]);
  const lowestHere = lowest.data?.prices.find((each) => (each.skuId ?? '') === skuId)?.lowestCny;
  return (
    <Section title={t.overTime} actions={(
      <div class="row">
        {skus.length > 1 && <select class="sku-choice" aria-label={t.bySku} value={skuId} onChange={(event) => { setSku(event.currentTarget.value); }}><option value="">{t.wholeOffer}</option>{skus.slice(0, 300).map((sku) => <option key={sku.skuId} value={sku.skuId}>{skuName(sku)}</option>)}</select>}
        <Segments label={t.overTime} value={field} options={[['price', t.price], ['stock', t.stockNow]]} onChange={setField} />
      </div>
    )}>
      <Loaded of={history} lines={4}>
        {({ points }) => {
          const series = seriesOf(points.filter((point) => point.field === field && (point.skuId ?? '') === skuId), field, { lowest: t.lowest, highest: t.highest, stock: t.stockNow, price: t.price });
          if (series.length === 0) return <p class="soft">{t.noSeries}</p>;
          return (
            <>
              <p class="row small soft">
                {field === 'price' && lowestHere !== undefined && <span class="number">{t.lowestIn(count(lowestDays), money(lowestHere))}</span>}
                {series.every((each) => each.points.length === 1) && <span>{t.oneValue}</span>}
              </p>
              <StepPlot label={`${t.overTime}: ${field === 'price' ? t.price : t.stockNow}`} series={series} format={(value) => (field === 'price' ? money(String(value)) : count(value))} />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function seriesOf(points: History['points'], field: 'price' | 'stock', names: { readonly lowest: string; readonly highest: string; readonly stock: string; readonly price: string }): PlotSeries[] {
  if (points.length === 0) return [];
  if (field === 'stock') return known([{ name: names.stock, points: points.map(({ observedAt, value }) => point(observedAt, value)) }]);
  const low = points.map(({ observedAt, value }) => point(observedAt, isRange(value) ? value.priceMinCny : value));
  const high = points.map(({ observedAt, value }) => point(observedAt, isRange(value) ? value.priceMaxCny : value));
  const isOne = low.every(({ value }, at) => value === high[at]?.value);
  return known(isOne ? [{ name: names.price, points: low }] : [{ name: names.lowest, points: low }, { name: names.highest, points: high }]);
}

function known(series: PlotSeries[]): PlotSeries[] {
  return series.filter(({ points }) => points.some(({ value }) => value !== null));
}

/** For drawing only: what is read of money stays text elsewhere. */
function point(observedAt: string, value: unknown): PlotPoint {
  const number = value === null || value === undefined || value === '' ? Number.NaN : Number(value);
  return { at: Date.parse(observedAt), value: Number.isFinite(number) ? number : null };
}

function isRange(value: unknown): value is { readonly priceMinCny: string | null; readonly priceMaxCny: string | null } {
  return typeof value === 'object' && value !== null && 'priceMinCny' in value;
}
