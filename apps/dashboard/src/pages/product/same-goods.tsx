import { call, type Reply } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { Section } from '../../components/page-head.tsx';
import { Picture } from '../../components/picture.tsx';
import { productAddress } from '../../components/product-grid.tsx';
import { Loaded } from '../../components/states.tsx';
import { en as common } from '../../messages/en/common.ts';
import { en } from '../../messages/en/product.ts';
import { zhCn as commonZhCn } from '../../messages/zh-cn/common.ts';
import { zhCn } from '../../messages/zh-cn/product.ts';
import { count, moneyRange, percent } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { useLoad } from '../../state/use-load.ts';
import type { Product } from './page.tsx';

type Same = Reply<'GET /products/{offerId}/same'>['items'][number];

/** The same goods at other suppliers, with what they ask for them. */
export function SameGoods({ product }: { readonly product: Product }) {
  const t = wordsOf(en, zhCn);
  const same = useLoad((signal) => call('GET /products/{offerId}/same', { params: { offerId: product.offerId }, query: { limit: 12 }, signal }), [product.offerId]);
  return (
    <Section title={t.same}>
      <Loaded of={same}>
        {({ items }) => (items.length === 0 ? <p class="soft">{t.noSame}</p> : <ul class="plain same-goods">{items.map((item) => <SameLine key={item.offerId} item={item} price={product.priceMinCny} />)}</ul>)}
      </Loaded>
    </Section>
  );
}

function SameLine({ item, price }: { readonly item: Same; readonly price: string | null }) {
  const t = wordsOf(en, zhCn);
  const c = wordsOf(common, commonZhCn);
  const difference = price === null || item.priceMinCny === null || Number(price) === 0 ? 0 : Number(item.priceMinCny) / Number(price) - 1;
  return (
    <li>
      <span class="same-picture"><Picture sha256={item.pictures[0]?.otherSha256} alt="" /></span>
      <span class="same-text">
        <a href={productAddress(item.offerId)} lang="zh">{item.title}</a>
        <span class="small soft">{[item.supplierName, item.decision === 'same' ? t.decided : t.alike(percent(item.score, 0)), ...(item.pictures.length > 0 ? [t.shared(count(item.pictures.length))] : [])].filter(Boolean).join(' · ')}</span>
        <span class="row"><strong class="number">{moneyRange(item.priceMinCny, item.priceMaxCny) ?? c.onRequest}</strong>{Math.abs(difference) >= 0.005 && <Badge tone={difference < 0 ? 'good' : 'plain'}>{difference < 0 ? t.cheaper(percent(-difference)) : t.dearer(percent(difference))}</Badge>}</span>
      </span>
    </li>
  );
}
