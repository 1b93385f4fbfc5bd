import { en } from '../../messages/en/products.ts';
import { zhCn } from '../../messages/zh-cn/products.ts';
import { wordsOf } from '../../state/language.ts';
import { withQuery } from '../../state/place.ts';
import type { Facets } from './filters.tsx';

/** What narrows the list now; a click takes it away. */
export function ChosenFilters({ query, facets }: { readonly query: URLSearchParams; readonly facets: Facets }) {
  const t = wordsOf(en, zhCn);
  const nameOf = (facet: 'category' | 'supplier', value: string): string => facets?.values[facet]?.find((each) => each.value === value)?.name ?? value;
  const labels: Readonly<Record<string, (value: string) => string>> = {
    q: (value) => `“${value}”`, category: (value) => nameOf('category', value), supplier: (value) => nameOf('supplier', value), status: (value) => `${t.status}: ${value}`, priceMin: (value) => `≥ ¥${value}`, priceMax: (value) => `≤ ¥${value}`,
    images: (value) => `${t.images}: ${value === 'true' ? t.withImages : t.withoutImages}`, delisted: (value) => (value === 'true' ? t.delisted : t.listed),
  };
  const chosen = Object.entries(labels).flatMap(([name, label]) => {
    const value = query.get(name);
    return value ? [{ name, label: label(value) }] : [];
  });
  if (chosen.length === 0) return null;
  return (
    <ul class="plain chosen">
      {chosen.map(({ name, label }) => <li key={name}><button type="button" class="chip" aria-label={t.remove(label)} onClick={() => { withQuery({ [name]: null }); }}>{label} <span aria-hidden="true">✕</span></button></li>)}
      {chosen.length > 1 && <li><button type="button" class="link small" onClick={() => { withQuery(Object.fromEntries(chosen.map(({ name }) => [name, null]))); }}>{t.reset}</button></li>}
    </ul>
  );
}
