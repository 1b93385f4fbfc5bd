import { useEffect, useState } from 'preact/hooks';
import type { Reply } from '../../api/call.ts';
import { en } from '../../messages/en/products.ts';
import { zhCn } from '../../messages/zh-cn/products.ts';
import { count, moneyBound } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { withQuery } from '../../state/place.ts';
import { priceBand } from './search-query.ts';

export type Facets = Reply<'GET /search'>['facets'];
type FacetValue = { readonly value: string | null; readonly name: string | null; readonly count: number };
const wide = '(min-width: 1000px)';

/** What the list can be narrowed by, with how many there are of each. */
export function Filters({ query, facets }: { readonly query: URLSearchParams; readonly facets: Facets }) {
  const t = wordsOf(en, zhCn);
  const [isOpen, setOpen] = useState(() => matchMedia(wide).matches);
  const values = facets?.values ?? {};
  return (
    <details class="filters" open={isOpen} onToggle={(event) => { setOpen(event.currentTarget.open); }}>
      <summary>{t.filters}</summary>
      <Facet title={t.category} name="category" query={query} values={values.category ?? []} />
      <PriceFacet query={query} values={values.price ?? []} />
      <Facet title={t.supplier} name="supplier" query={query} values={values.supplier ?? []} />
      <Facet title={t.status} name="status" query={query} values={values.status ?? []} />
      <Choice title={t.images} name="images" query={query} yes={t.withImages} no={t.withoutImages} />
      <Choice title={t.listing} name="delisted" query={query} yes={t.delisted} no={t.listed} />
    </details>
  );
}

function Facet({ title, name, query, values }: { readonly title: string; readonly name: string; readonly query: URLSearchParams; readonly values: readonly FacetValue[] }) {
  const chosen = query.get(name);
  const shown = values.filter(({ value }) => value !== null && value !== '').slice(0, 12);
  if (shown.length === 0) return null;
  return (
    <fieldset class="facet">
      <legend>{title}</legend>
      <ul class="plain">
        {shown.map(({ value, name: label, count: held }) => (
          <li key={value}><button type="button" aria-pressed={chosen === value} onClick={() => { withQuery({ [name]: chosen === value ? null : value }); }}><span>{label ?? value}</span><span class="number soft">{count(held)}</span></button></li>
        ))}
      </ul>
    </fieldset>
  );
}

function PriceFacet({ query, values }: { readonly query: URLSearchParams; readonly values: readonly FacetValue[] }) {
  const t = wordsOf(en, zhCn);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const given = [query.get('priceMin') ?? '', query.get('priceMax') ?? ''] as const;
  useEffect(() => {
    setFrom(given[0]);
    setTo(given[1]);
  }, [given[0], given[1]]);
  const shown = values.flatMap(({ value, count: held }) => (value === null ? [] : [{ band: priceBand(value), value, held }]));
  return (
    <fieldset class="facet">
      <legend>{t.priceBand}</legend>
      <form class="price-form" onSubmit={(event) => {
        event.preventDefault();
        withQuery({ priceMin: from, priceMax: to });
      }}>
        <input type="text" inputMode="decimal" aria-label={t.from} placeholder={t.from} value={from} onInput={(event) => { setFrom(event.currentTarget.value); }} />
        <input type="text" inputMode="decimal" aria-label={t.to} placeholder={t.to} value={to} onInput={(event) => { setTo(event.currentTarget.value); }} />
        <button class="button">{t.apply}</button>
      </form>
      <ul class="plain">
        {shown.map(({ band: { priceMin, priceMax }, value, held }) => {
          const isChosen = priceMin === given[0] && priceMax === given[1];
          return <li key={value}><button type="button" aria-pressed={isChosen} onClick={() => { withQuery(isChosen ? { priceMin: null, priceMax: null } : { priceMin, priceMax }); }}><span>{priceMax === '' ? t.above(moneyBound(priceMin)) : `${moneyBound(priceMin)}–${moneyBound(priceMax).slice(1)}`}</span><span class="number soft">{count(held)}</span></button></li>;
        })}
      </ul>
    </fieldset>
  );
}

function Choice({ title, name, query, yes, no }: { readonly title: string; readonly name: string; readonly query: URLSearchParams; readonly yes: string; readonly no: string }) {
  const t = wordsOf(en, zhCn);
  return (
    <label class="facet field"><span>{title}</span>
      <select value={query.get(name) ?? ''} onChange={(event) => { withQuery({ [name]: event.currentTarget.value }); }}><option value="">{t.any}</option><option value="true">{yes}</option><option value="false">{no}</option></select>
    </label>
  );
}
