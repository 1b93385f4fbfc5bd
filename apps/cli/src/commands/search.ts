import { z } from 'zod';
import { command, option } from '../command.ts';
import { count, given, money, text, time } from '../flag.ts';

const facetNames = ['category', 'supplier', 'status', 'price'] as const;
/** `category,price` as a list. */
const facets = z.string().transform((names) => names.split(',')).pipe(z.array(z.enum(facetNames, `names of ${facetNames.join(', ')}, separated by commas`))).optional();

export const searchCommand = command({
  name: 'search',
  args: [{ name: 'text', many: true, optional: true }],
  store: 'existing',
  options: {
    exact: option('--exact', given),
    mode: option('--mode <mode>', z.enum(['auto', 'exact', 'ranked'], 'one of auto, exact, ranked').default('auto')),
    limit: option('--limit <number>', count.max(200, 'at most 200').default(20)),
    cursor: option('--cursor <cursor>', text),
    supplier: option('--supplier <id>', text),
    category: option('--category <id>', text),
    priceMinCny: option('--price-min <yuan>', money),
    priceMaxCny: option('--price-max <yuan>', money),
    status: option('--status <status>', text),
    hasImages: option('--has-images', z.boolean().optional()),
    updatedSince: option('--updated-since <time>', time),
    sort: option('--sort <key>', z.enum(['relevance', 'updated', 'price', 'sold'], 'one of relevance, updated, price, sold').default('relevance')),
    count: option('--count', given),
    facets: option('--facets <names>', facets),
    explain: option('--explain', given),
  },
  async run({ args, options, flows, mirror }) {
    const { items, nextCursor, mode, ...asked } = await flows.search(mirror, args.join(' '), options);
    return {
      data: { items: items.map(({ priceMinCny: priceMin, priceMaxCny: priceMax, ...item }) => ({ ...item, priceMin, priceMax })), nextCursor, mode, ...asked },
      next: nextCursor ? [`1688sync search ${again(args.join(' '), options)} --cursor ${nextCursor}`] : [],
    };
  },
  show({ items, mode, count, facets, explain }: Shown, { out, say, t }) {
    if (items.length === 0) say(t('search.none'));
    else if (mode === 'ranked' && (items[0]?.score ?? 0) < 1) say(t('search.similar'));
    if (items.length > 0) out.table(items.map((item) => [item.offerId, priceText(item.priceMin, item.priceMax), item.title]), { head: [t('head.offerId'), t('head.price'), t('head.title')] });
    if (count) out.line(t(count.isExact ? 'search.count' : 'search.about', { count: count.value.toLocaleString('en') }));
    for (const [facet, values] of Object.entries(facets?.values ?? {})) {
      out.line('');
      out.table(values.map(({ value, name, count: found }) => [found, name ?? value ?? t('search.noValue'), name === null ? '' : value]), { head: [t('head.count'), t(`facet.${facet}` as 'facet.price'), ''] });
    }
    if (facets?.isExact === false) out.line(t('search.facetsCut'));
    if (!explain) return;
    out.line('');
    out.line(t('search.explained', { ms: explain.elapsedMs, candidates: explain.candidates ?? '–' }));
    out.table(explain.grams.map(({ gram, titles }) => [gram, titles ?? t('search.rare')]), { head: [t('head.gram'), t('head.titles')] });
    for (const plan of explain.plans) out.line(`\n${plan}`);
  },
});

interface Shown {
  readonly items: readonly { offerId: string; title: string; priceMin: string | null; priceMax: string | null; score: number }[];
  readonly mode: string;
  readonly count: { value: number; isExact: boolean } | null;
  readonly facets: { values: Readonly<Record<string, readonly { value: string | null; name: string | null; count: number }[]>>; isExact: boolean } | null;
  readonly explain: { candidates: number | null; elapsedMs: number; grams: readonly { gram: string; titles: number | null }[]; plans: readonly string[] } | null;
}

/** The same question for a shell: a cursor belongs to its text, filters and sort. */
function again(text: string, { exact, mode, limit, supplier, category, priceMinCny, priceMaxCny, status, hasImages, updatedSince, sort }: { readonly [name: string]: unknown; readonly updatedSince?: Date | undefined }): string {
  const flags = { mode: mode === 'auto' ? undefined : mode, limit: limit === 20 ? undefined : limit, supplier, category, 'price-min': priceMinCny, 'price-max': priceMaxCny, status, 'updated-since': updatedSince?.toISOString(), sort: sort === 'relevance' ? undefined : sort };
  const quoted = (word: string): string => (/^[\p{L}\p{N}._:-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);
  const given = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${quoted(String(value))}`]));
  return [...(text === '' ? [] : [quoted(text)]), ...(exact === true ? ['--exact'] : []), ...(hasImages === true ? ['--has-images'] : []), ...given].join(' ');
}

/** `35.00–41.00`, `35.00`, or nothing when the price is on request. */
export function priceText(min: string | null | undefined, max: string | null | undefined): string {
  if (!min) return '';
  return max && max !== min ? `${min}–${max}` : min;
}
